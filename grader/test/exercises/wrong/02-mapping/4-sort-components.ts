import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "walks without seeing circles",
    change: [
      [
        "    if (earliest === own) complete(path.splice(path.lastIndexOf(node)));\n",
        "    complete(path.splice(path.lastIndexOf(node)));\n",
      ],
    ],
    fails: ["puts a circle into one component"],
    says: /Nodes that need each other around a circle come in one component/,
  },
  {
    name: "lets complete components draw others in",
    change: [
      ["    for (const node of component) found.set(node, Number.POSITIVE_INFINITY);\n", ""],
    ],
    fails: ["puts what is needed first"],
    says: /not every node stands in it once/,
  },
  {
    name: "puts what needs before what is needed",
    change: [["  return components;\n}", "  return components.reverse();\n}"]],
    fails: ["puts what is needed first"],
    says: /Each node should stand behind all that it needs/,
  },
  {
    name: "takes in what is not among the nodes",
    change: [["      if (places.has(dependency)) earliest", "      earliest"]],
    fails: ["leaves out what is not among the nodes"],
    says: /What a node needs and is not among the nodes does not come into the result/,
  },
];
