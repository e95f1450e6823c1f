import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "notes what is no change",
    change: [["  if (Object.is(values[position], taken)) return;\n", ""]],
    fails: ["takes no note of what is no change"],
    says: /When the object has the value already, nothing is noted/,
  },
  {
    name: "compares before the value is taken",
    change: [
      [
        "if (Object.is(values[position], taken)) return;",
        "if (Object.is(values[position], value)) return;",
      ],
    ],
    fails: ["takes no note of what is no change"],
    says: /Compare what takeValue keeps, for 9\.9 is 9\.90/,
  },
  {
    name: "notes after the value was set",
    change: [
      [
        "  note(instance, position);\n  values[position] = taken;",
        "  values[position] = taken;\n  note(instance, position);",
      ],
    ],
    fails: ["notes the first value that was there, once for each property"],
    says: /Before a value is set for the first time, note keeps the old one/,
  },
  {
    name: "hands out the copy",
    change: [
      [
        "    instance.handedOut.set(position, type.editable.copy(value));\n  }\n  return value;",
        "    instance.handedOut.set(position, value);\n  }\n  return type.editable.copy(value);",
      ],
    ],
    fails: ["keeps a copy of a Date that it hands out"],
    says: /The value itself is returned, each time/,
  },
  {
    name: "says unloaded of every undefined",
    change: [["if (value === undefined && isStored(instance))", "if (value === undefined)"]],
    fails: ["says when a value is not loaded"],
    says: /undefined on an object without a row is just that/,
  },
];
