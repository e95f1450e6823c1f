import { errorUses, sessionUse, type Use, type Uses } from "./use.js";

const result: Use = {
  code: `
const mine: ormlet.Result<number> = new Result({
  fetch: async () => [1, 2],
  stream: async function* () {
    yield* [1, 2];
  },
});
const all: number[] = [];
for await (const one of mine) all.push(one);
const error = await mine.one().catch((thrown) => thrown);
console.log(all, error.code, brands.hasBrand(mine, "result"));`,
  prints: "[ 1, 2 ] multiple-results true",
  notTaken: "Sessions hand results out.",
};

export const sessionUses: Uses = {
  ...errorUses("session/errors.ts", "StaleDataError"),
  ...errorUses("session/result.ts", "NoResultFound MultipleResultsFound"),
  "session/session.ts#Session": sessionUse("sessions.Session"),
  "session/result.ts#Result": result,
};
