import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "lets the first who speaks count",
    change: [["other.parent === null) known[place] = claim;", "other.parent === null) return;"]],
    fails: ["lets the new parent count, whoever speaks first"],
    says: /The one with a parent counts, in whatever order they are asked/,
  },
  {
    name: "lets the last who speaks count",
    change: [
      [
        "  else if (other.parent === null) known[place] = claim;\n",
        "  else known[place] = claim;\n",
      ],
      [
        "  else if (claim.parent !== null && claim.parent !== other.parent) throw twoParents(other, claim);\n",
        "",
      ],
    ],
    fails: ["lets the new parent count, whoever speaks first"],
    says: /The one with a parent counts, in whatever order they are asked/,
  },
  {
    name: "adds every claim",
    change: [
      [
        "  if (other === undefined) known.push(claim);\n  else if",
        "  known.push(claim);\n  if (other === undefined) return;\n  if",
      ],
    ],
    fails: ["gives one claim for each foreign key"],
    says: /One claim is left/,
  },
  {
    name: "has one claim for each child",
    change: [
      [
        "return one.columns[0]?.child === other.columns[0]?.child;",
        "return one.child === other.child;",
      ],
    ],
    fails: ["keeps two foreign keys of one child apart"],
    says: /by two foreign keys, so there are two claims of it/,
  },
  {
    name: "checks before all have spoken",
    change: [
      [
        "for (const claim of claimsOf(instance, relationship)) addClaim(claims, claim);",
        "for (const claim of claimsOf(instance, relationship)) {\n        checkNullable(claim);\n        addClaim(claims, claim);\n      }",
      ],
      ["  for (const claim of settled) checkNullable(claim);\n", ""],
    ],
    fails: ["lets the new parent count, whoever speaks first"],
    says: /The old one's books say that it has no parent/,
  },
  {
    name: "refuses every key without a parent",
    change: [
      ["if (parent !== null || required === undefined) return;", "if (parent !== null) return;"],
      ["{required.property}", "{required?.property}"],
    ],
    fails: ["sets to NULL what may be NULL"],
    says: /for editor_id can be NULL/,
  },
  {
    name: "looks at the first column of a key only",
    change: [
      [
        "columns.find((column) => !column.child.nullable)?.child",
        "columns.slice(0, 1).find((column) => !column.child.nullable)?.child",
      ],
    ],
    fails: ["refuses to take away a parent that must be there"],
    says: /one of the two columns of a chair's foreign key/,
  },
  {
    name: "keeps the first of two that only let go",
    change: [
      [
        "else if (other.parent === null) known[place] = claim;",
        "else if (other.parent === null) known[place] = claim.parent ? claim : other;",
      ],
    ],
    fails: ["refuses to take away a parent that must be there"],
    says: /When an author was deleted, and her book was not, the message begins with the place/,
  },
  {
    name: "names the column, not the property",
    change: [["{required.property}", "{required.name}"]],
    fails: ["refuses to take away a parent that must be there"],
    says: /the message names the class and the property that cannot be null/,
  },
];
