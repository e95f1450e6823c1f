import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "walks in depth, one subject at a time",
    change: [
      [
        "  let level = [root];\n  while (level.length > 0) {\n    tree.push(...level);\n    await session.load(level, Subject.r.children);\n    level = level.flatMap(({ children }) => [...children]);\n  }\n",
        "  const visit = async (subject: Subject): Promise<void> => {\n    tree.push(subject);\n    for (const child of await subject.lazy.children) await visit(child);\n  };\n  await visit(root);\n",
      ],
    ],
    fails: ["gives the tree level by level"],
    says: /The root first, then its children, then theirs/,
  },
  {
    name: "loads one subject at a time",
    change: [
      [
        "    await session.load(level, Subject.r.children);\n",
        "    for (const one of level) await session.load(one, Subject.r.children);\n",
      ],
    ],
    fails: ["takes one statement for each level"],
    says: /All subjects of a level are asked for together/,
  },
  {
    name: "allows a subject below its own grandchild",
    change: [
      [
        "for (let above = parent; above !== null; above = await above.lazy.parent) {",
        "for (const above of [parent, await parent?.lazy.parent]) {",
      ],
    ],
    fails: ["refuses to move a subject below itself"],
    says: /not to a child, and not to anything below that/,
  },
  {
    name: "loads the whole branch to look for the new parent",
    change: [
      [
        "  for (let above = parent; above !== null; above = await above.lazy.parent) {\n    if (above === subject) {\n",
        "  for (const below of await loadTree(session, subject)) {\n    if (below === parent) {\n",
      ],
    ],
    fails: ["looks up, not down"],
    says: /How much lies below it must not matter/,
  },
  {
    name: "sets the key and not the parent",
    change: [
      [
        "  subject.parent = parent;\n",
        "  subject.parentId = parent === null ? null : parent.id;\n  session.expire(subject);\n",
      ],
    ],
    fails: ["moves a subject with all that is below it"],
    says: /Only the parent of the moved subject should have changed/,
  },
  {
    name: "forgets to commit",
    change: [["  await session.commit();\n", ""]],
    fails: ["moves a subject with all that is below it"],
    says: /it should be committed/,
  },
];
