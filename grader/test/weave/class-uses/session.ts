import { author, errorUses, sessionUse, type Use, type Uses } from "./use.js";

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

const objectsByKey: Use = {
  code: `${author}
const mapper = mappers.mapperOf(Author);
const mine = new ObjectsByKey();
const map: identities.IdentityMap = new Map([[mapper, mine]]);
const grace = new Author({ id: 7, name: "Grace" });
identities.putIdentity(map, instances.instanceOf(grace));
console.log(mine.size, identities.findIdentity(map, mapper, [7])?.object === grace);`,
  prints: "1 true",
  notTaken: "Functions take the map of all classes, which holds it.",
};

export const sessionUses: Uses = {
  ...errorUses("session/errors.ts", "StaleDataError"),
  ...errorUses("session/result.ts", "NoResultFound MultipleResultsFound"),
  "session/session.ts#Session": sessionUse("sessions.Session"),
  "session/result.ts#Result": result,
  "session/objects-by-key.ts#ObjectsByKey": objectsByKey,
};
