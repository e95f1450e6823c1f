import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "loads for the one who asks only",
    change: [["withSiblings(state, instances, relationship), fetch", "[...instances], fetch"]],
    fails: ["loads for all that came with the object"],
    says: /One SELECT should load the books of all of them/,
  },
  {
    name: "starts a load for everybody who asks",
    change: [
      [
        "loads.get(relationship) ?? startLoad(state, instance.mapper, relationship, loads)",
        "startLoad(state, instance.mapper, relationship, loads)",
      ],
    ],
    fails: ["takes along all who ask before it begins"],
    says: /the others find it in waiting and join/,
  },
  {
    name: "waits before it looks for the session's loads",
    change: [
      [
        "  refuseRaised(instance, relationship);\n",
        "  refuseRaised(instance, relationship);\n  await new Promise((resolve) => setTimeout(resolve, 5));\n",
      ],
      [
        "  load.instances.add(instance);\n  await load.loaded;",
        "  await load.loaded;\n  load.instances.add(instance);",
      ],
    ],
    fails: ["loads for all that came with the object"],
    says: /Your code threw|One SELECT should load/,
  },
  {
    name: "never takes a load out of the map",
    change: [
      ["    loads.delete(relationship);\n", ""],
      ["  loaded.then(drop, drop);\n", "  void drop;\n"],
    ],
    fails: ["begins anew for who asks later"],
    says: /it leaves the map when its work begins/,
  },
  {
    name: "keeps a load that could not begin",
    change: [["  loaded.then(drop, drop);\n", "  void drop;\n"]],
    fails: ["lets a failure go with the load that failed"],
    says: /must not stand in the map/,
  },
  {
    name: "loads for siblings that left the session",
    change: [
      ["one.owner === state.owner && !isRaised(one, relationship)", "!isRaised(one, relationship)"],
    ],
    fails: ["loads for those that are still in the session"],
    says: /A sibling that left the session is not loaded for/,
  },
  {
    name: "looks through the siblings of each",
    change: [
      [
        "for (const siblings of new Set(Array.from(instances, ({ siblings }) => siblings))) {",
        "for (const { siblings } of instances) {",
      ],
    ],
    fails: ["looks through a list of siblings once"],
    says: /their list was looked through 12 times/,
  },
  {
    name: "takes null for an object",
    change: [["      if (object === null) continue;\n", ""]],
    fails: ["looks through a list of siblings once"],
    says: /In a batch can stand null/,
  },
  {
    name: "takes away whatever stands in its place",
    change: [
      [
        "const drop = () => loads.get(relationship) === load && loads.delete(relationship);",
        "const drop = () => loads.delete(relationship);",
      ],
    ],
    fails: ["leaves another load that stands in its place"],
    says: /SELECTs to be sent: books for 1, books for 2\. Sent were: books for 1, books for 1, books for 1/,
  },
  {
    name: "does not say which call it is",
    change: [
      ["`lazy load of ${pathName(mapper, relationship)}`", "pathName(mapper, relationship)"],
    ],
    fails: ["says which call it is, where it can't be done"],
    says: /The message should hold "lazy load of Author\.books"/,
  },
];
