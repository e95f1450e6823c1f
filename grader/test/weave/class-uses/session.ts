import { errorUses, savedAuthor, type Use, type Uses } from "./use.js";

/** @param type the package's own class. */
function sessionUse(type: string): Use {
  const code = `${savedAuthor}
const mine: ${type} = new Session(theirEngine);
mine.add(ada);
const { rows } = pictures.identityMap(mine);
await mine.commit();
const found = await mine.scalars(ormlet.select(Author).orderBy(Author.c.id)).all();
console.log(rows.length, found.length, found[1] === ada, ormlet.inspect(ada).session === mine);
const theirMaker: sessions.SessionMaker<${type}> = makers.makerOf(Session, theirEngine);
console.log(await theirMaker.begin((session) => session.get(Author, 1)));
await mine.close();
await theirEngine.dispose();`;
  return { code, prints: "1 2 true true\nAuthor { id: 1, name: 'Grace' }" };
}

const result: Use = {
  code: `
const mine: ormlet.Result<number> = new Result(async () => [1, 2]);
const all: number[] = [];
for await (const one of mine) all.push(one);
const error = await mine.one().catch((thrown) => thrown);
console.log(all, error.code, brands.hasBrand(mine, "result"));`,
  prints: "[ 1, 2 ] multiple-results true",
  notTaken: "Sessions hand results out.",
};

const select: Use = {
  code: `${savedAuthor}
const { node } = ormlet.select(Author) as unknown as Select<Author>;
const mine: selects.Select<Author> = new Select<Author>(node);
const theirSession = new ormlet.Session(theirEngine);
const [grace] = await theirSession.scalars(mine.where(Author.c.name.like("G%"))).all();
const exact: string | undefined = grace?.name;
console.log(exact, pictures.showSql(mine).toString());
await theirSession.close();
await theirEngine.dispose();`,
  prints: "Grace SELECT `authors`.`id`, `authors`.`name` FROM `authors`",
};

export const sessionUses: Uses = {
  ...errorUses("session/errors.ts", "StaleDataError"),
  ...errorUses("session/result.ts", "NoResultFound MultipleResultsFound"),
  "session/session.ts#Session": sessionUse("sessions.Session"),
  "session/result.ts#Result": result,
};

export const laterUses: Uses = {
  "query/select.ts#Select": select,
  "relationships/session.ts#Session": sessionUse("sessions.Session"),
  "integrity/session.ts#Session": sessionUse("ormlet.Session"),
  ...errorUses("integrity/stop.ts", "AbortError"),
};
