import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes the first of several",
    change: [
      ["    if (found[1] !== undefined) throw ambiguousKey(mapper, relationship, found);\n", ""],
    ],
    fails: ["refuses none, and several"],
    says: /for Letter\.anybody your answer is "own: Letter to Person, .*, and not "ambiguous-foreign-key: /,
  },
  {
    name: "takes the class that declares it for the child",
    change: [
      [
        'const [child, parent] = side === "own" ? [mapper, target] : [target, mapper];',
        "const [child, parent] = [mapper, target];",
      ],
    ],
    fails: ["finds the one that holds a relationship"],
    says: /The class with the foreign key is the child, whichever class declares the relationship/,
  },
  {
    name: "compares the names of columns, not of properties",
    change: [["map(({ child }) => child.property);", "map(({ child }) => child.name);"]],
    fails: ["finds the foreign keys that lead to a class"],
    says: /with \["issue","\w+"\], your answer is \[\], and not \["issue,on_page"\]/,
  },
  {
    name: "takes a key that begins with the properties",
    change: [["wanted === columns.join();", "columns.join().startsWith(wanted);"]],
    fails: ["finds the foreign keys that lead to a class"],
    says: /with "issue", your answer is \["issue,on_page"\], and not \[\]/,
  },
  {
    name: "looks on both sides within one class",
    change: [["  if (mapper !== target) return", "  if (mapper !== undefined) return"]],
    fails: ["says on which side to look"],
    says: /for Badge\.(copy|original) your answer is \["own","target"\], and not/,
  },
  {
    name: "pairs each column with the parent's key",
    change: [
      [
        "parent: columnNamed(parent, key.references[index], key),",
        "parent: parent.primaryKey[index] as Column,",
      ],
    ],
    fails: ["pairs the columns of a foreign key"],
    says: /A foreign key has columns and references, in the same order/,
  },
  {
    name: "remembers nothing",
    change: [
      [
        "  return remembered(knownKeys, mapper, relationship, (target) => {",
        "  return remembered(new WeakMap(), mapper, relationship, (target): RelationshipKey => {",
      ],
    ],
    fails: ["finds each only once"],
    says: /The second question should be given the very object of the first/,
  },
];
