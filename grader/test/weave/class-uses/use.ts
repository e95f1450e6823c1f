/**
 * How a cell hands an instance of a woven class to the package, and what it prints. Each use is a block of its
 * own, after all woven cells of the notebook. Of what a cell may define it names the class alone; all else
 * comes from the package, by way of {@link imports}.
 */
export interface Use {
  code: string;
  prints: string;
  /** For a class that no function of the package takes, as the test checks: why. */
  notTaken?: string;
}

/** Uses by class: `engine/sql.ts#Fragment`. */
export type Uses = Readonly<Record<string, Use>>;

/** What the uses find; a cell of its own before them. */
export const imports = `import { openDatabase } from "course";
import * as ormlet from "ormlet";
import * as brands from "ormlet/internal/engine/brand";
import * as connections from "ormlet/internal/engine/connection";
import * as commands from "ormlet/internal/engine/mysql-stream";
import * as engines from "ormlet/internal/engine/engine";
import * as columns from "ormlet/internal/mapping/column";
import * as collections from "ormlet/internal/mapping/collection";
import * as instances from "ormlet/internal/mapping/instance";
import * as mapping from "ormlet/internal/mapping/mapped";
import * as mappers from "ormlet/internal/mapping/mapper";
import * as namings from "ormlet/internal/mapping/naming";
import * as selects from "ormlet/internal/query/select";
import * as identities from "ormlet/internal/session/identity-map";
import * as loads from "ormlet/internal/session/load-events";
import * as sessions from "ormlet/internal/session/index";
import * as ways from "ormlet/internal/relationships/way";
import * as makers from "ormlet/internal/session/sessionmaker";
import * as flushes from "ormlet/internal/session/unit-of-work";
import * as pictures from "ormlet/notebook";

const theirUrl = await openDatabase("90-woven-classes");`;

const driver = `
const lines: string[] = [];
const driver = {
  id: 1, alive: true, inTransaction: false,
  run: (text: string) =>
    text === "SELECT 1" ? Promise.reject(error)
      : Promise.resolve({ columns: [], rows: [], rowCount: 0, firstKey: undefined }),
  stream: async function* () {}, ping: async () => {}, close: async () => {}, destroy: () => {},
};
const theirConnection = new ormlet.Connection({
  driver, dialect: ormlet.mysqlDialect, echo: (line) => lines.push(line),
  giveBack: driver.close, closed: false, begun: false, inFlight: 0,
});
const caught = (work: Promise<unknown>) => work.then(() => undefined, (thrown) => thrown);`;

const thrown = "Errors come in by being thrown, and what is thrown has no type.";

/** The package's connection gets the error from a driver, as it gets every error of a database. */
function errorUse(name: string): Use {
  const code = `
const error: ormlet.${name} = new ${name}("No shelf.", { code: "shelf", hint: "Build one." });
${driver}
const thrown = await caught(theirConnection.execute(ormlet.sql\`SELECT 1\`));
console.log(thrown === error, thrown.name, lines.map((line) => line.replace(/, .*/, "")));`;
  return { code, prints: `true ${name} [ 'SELECT 1  (failed' ]`, notTaken: thrown };
}

/** The uses of a file's classes of errors. */
export function errorUses(file: string, names: string): Uses {
  return Object.fromEntries(names.split(" ").map((name) => [`${file}#${name}`, errorUse(name)]));
}

export const deadlockUse: Use = {
  code: `
const error: ormlet.DeadlockError = new DeadlockError("No way.", { code: "deadlock" });
${driver}
const refused = await caught(theirConnection.begin(async (same) => {
  await caught(same.execute(ormlet.sql\`SELECT 1\`));
}));
console.log(refused.code, refused.cause === error);`,
  prints: "transaction-ended true",
  notTaken: thrown,
};

/** A mapped class and an object of it, for uses that need them. */
export const author = `
const Base = ormlet.declarativeBase();
class Author extends Base.mapped("authors", {
  id: ormlet.integer().primaryKey(),
  name: ormlet.varchar(100),
}) {}
const ada = new Author({ name: "Ada" });`;

/** The same, and another class that is related to it. */
export const authorOfBooks = `
const Base = ormlet.declarativeBase();
class Author extends Base.mapped("authors", {
  id: ormlet.integer().primaryKey(),
  name: ormlet.varchar(100),
  books: ormlet.oneToMany<Book>("Book", { backPopulates: "author" }),
}) {}
class Book extends Base.mapped("books", {
  id: ormlet.integer().primaryKey(),
  authorId: ormlet.integer().references("authors.id"),
  author: ormlet.manyToOne<Author>("Author", { backPopulates: "books" }),
}) {}
Base.configure(Author, Book);`;

/** One author, with the table in an empty database. */
export const savedAuthor = `${author}
const theirEngine = ormlet.createEngine(theirUrl);
await Base.metadata.dropAll(theirEngine);
await Base.metadata.createAll(theirEngine);
await theirEngine.execute(ormlet.sql\`INSERT INTO authors (name) VALUES (\${"Grace"})\`);`;

/**
 * The use of a `Session`, which is a class of several floors.
 * @param type the package's own class.
 */
export function sessionUse(type: string): Use {
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
