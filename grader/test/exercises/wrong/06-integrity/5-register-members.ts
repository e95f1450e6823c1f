import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "has a transaction for each form",
    change: [
      [
        "await session.beginNested(() => session.add(new Member({ ...form })));",
        "await SessionLocal.begin((own) => own.add(new Member({ ...form })));",
      ],
    ],
    fails: ["saves nothing when something else fails"],
    says: /none of the forms should be in the table/,
  },
  {
    name: "keeps the list outside of the function that is repeated",
    change: [
      ["      const refused: Refusal[] = [];\n", ""],
      [
        "  return SessionLocal.begin(",
        "  const refused: Refusal[] = [];\n  return SessionLocal.begin(",
      ],
    ],
    fails: ["runs all of it again after a deadlock"],
    says: /the list belongs to the run that succeeded/,
  },
  {
    name: "catches every error",
    change: [
      ["if (!(error instanceof IntegrityError || error instanceof DataError)) throw error;", ""],
      [
        "refused.push({ line: index + 1, property: error.property, code: error.code });",
        "const { property, code } = error as IntegrityError;\n" +
          "          refused.push({ line: index + 1, property, code });",
      ],
    ],
    fails: ["saves nothing when something else fails"],
    says: /the caller should get that error/,
  },
  {
    name: "takes only broken rules for the form's fault",
    change: [
      [
        "error instanceof IntegrityError || error instanceof DataError",
        "error instanceof IntegrityError",
      ],
    ],
    fails: ["takes what does not fit for a refused form too"],
    says: /DataError/,
  },
  {
    name: "counts the lines from 0",
    change: [["line: index + 1", "line: index"]],
    fails: ["reports the others by line and property"],
    says: /with its line/,
  },
];
