import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes everything that was set for a change",
    change: [
      [
        "before?.has(position) && !isSameValue(column, before.get(position), value);",
        "before?.has(position);",
      ],
    ],
    fails: ["sees no change where the old value is back"],
    says: /What was set to another value, and then to the first again, is as it was/,
  },
  {
    name: "compares Dates with ===",
    change: [
      [
        "  if (Object.is(one, other) || editable === undefined || one == null || other == null) {\n    return Object.is(one, other);\n  }\n  return editable.equal(one, other);",
        "  return editable === undefined ? Object.is(one, other) : one === other;",
      ],
    ],
    fails: ["sees no change where the old value is back"],
    says: /the two Dates are different objects, and nothing has to be written/,
  },
  {
    name: "looks at what was set alone",
    change: [
      ["return isSet || isEdited || false;", "return isSet || false;"],
      [
        "  const isEdited = handedOut?.has(position) && !isSameValue(column, handedOut.get(position), value);\n",
        "",
      ],
      ["{ values, before, handedOut }: Instance, column", "{ values, before }: Instance, column"],
    ],
    fails: ["sees what was edited in place"],
    says: /Nobody sets a property when a Date or bytes are edited in place/,
  },
  {
    name: "compares null as if it were a Date",
    change: [
      [
        "if (Object.is(one, other) || editable === undefined || one == null || other == null) {",
        "if (Object.is(one, other) || editable === undefined) {",
      ],
    ],
    fails: ["sees a time become NULL, and NULL become a time"],
    says: /null is a value like any other here, and null is not equal to a Date/,
  },
];
