import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes a negative start for the beginning",
    change: [
      ["start < 0 ? Math.max(0, items.length + start) : Math.min", "start < 0 ? 0 : Math.min"],
    ],
    fails: ["takes out, puts in, and gives what was taken out"],
    says: /It should do what the splice of an array does/,
  },
  {
    name: "hands all items to one call",
    change: [
      ["  for (const item of added) items.push(item);\n", "  items.push(...added);\n"],
      ["  for (const item of behind) items.push(item);\n", "  items.push(...behind);\n"],
    ],
    fails: ["takes very long lists"],
    says: /A call with a hundred thousand arguments fails\. Put the items in one by one/,
  },
  {
    name: "looks only when the list has changed",
    change: [
      ["  checkAdded(state, members, added, removed);\n", ""],
      [
        "  for (const item of removed) members.delete(item);\n",
        "  checkAdded(state, members, added, removed);\n  for (const item of removed) members.delete(item);\n",
      ],
    ],
    fails: ["refuses the same object twice, and leaves the list as it was"],
    says: /checkAdded comes before any change/,
  },
  {
    name: "takes those that left out of the set at the end",
    change: [
      [
        "  for (const item of removed) members.delete(item);\n  for (const item of added) members.add(item);\n",
        "  for (const item of added) members.add(item);\n  for (const item of removed) members.delete(item);\n",
      ],
    ],
    fails: ["lets an object go and come back in one call"],
    says: /What a call takes out, it may put in again/,
  },
];
