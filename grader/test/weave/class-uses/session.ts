import { author, errorUses, savedAuthor, sessionUse, type Use, type Uses } from "./use.js";

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

const sessionLoader: Use = {
  code: `${savedAuthor}
const theirSession = new ormlet.Session(theirEngine);
const { state } = theirSession as unknown as { state: ConstructorParameters<typeof SessionLoader>[0] };
const loader = loads.withLoadEvents(state, new SessionLoader(state));
const grace = loader.load(mappers.mapperOf(Author), [1, "Grace"]);
console.log(grace, loader.load(mappers.mapperOf(Author), [1, "Ada"]) === grace);
console.log((await theirSession.get(Author, 1)) === grace);
await theirSession.close();
await theirEngine.dispose();`,
  prints: "Author { id: 1, name: 'Grace' } true\ntrue",
};

export const sessionUses: Uses = {
  ...errorUses("session/errors.ts", "StaleDataError"),
  ...errorUses("session/result.ts", "NoResultFound MultipleResultsFound"),
  "session/session.ts#Session": sessionUse("sessions.Session"),
  "session/result.ts#Result": result,
  "session/load.ts#SessionLoader": sessionLoader,
  "session/objects-by-key.ts#ObjectsByKey": objectsByKey,
};
