import { authorOfBooks, sessionUse, type Use, type Uses } from "./use.js";

const selectinLoad: Use = {
  code: `${authorOfBooks}
const { plan } = ormlet.selectinload(Author.r.books) as unknown as SelectinLoad<Author, "books", unknown>;
const mine: ormlet.SelectinLoad<Author, "books", unknown> = new SelectinLoad(plan);
const theirEngine = ormlet.createEngine(theirUrl);
await Base.metadata.dropAll(theirEngine);
await Base.metadata.createAll(theirEngine);
const theirSession = new ormlet.Session(theirEngine);
theirSession.add(new Author({ name: "Ada", books: [new Book(), new Book()] }));
await theirSession.commit();
const other = new ormlet.Session(theirEngine);
const [ada] = await other.scalars(ormlet.select(Author).options(mine.limit(1))).all();
const exact: number | undefined = ada?.books[0]?.id;
console.log(exact, ada?.books.length);
for (const each of [theirSession, other]) await each.close();
await theirEngine.dispose();`,
  prints: "1 1",
};

const byKey: Use = {
  code: `
const mine: ways.ByKey<string> = new ByKey<string>([["abc", "found"]]);
console.log(mine.find("abc"), mine.find("ABC"), mine.find("d"));`,
  prints: "found found undefined",
};

export const relationshipUses: Uses = {
  "relationships/options.ts#SelectinLoad": selectinLoad,
  "relationships/session.ts#Session": sessionUse("sessions.Session"),
  "relationships/way.ts#ByKey": byKey,
};
