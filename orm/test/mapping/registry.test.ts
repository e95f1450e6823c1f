import { suite } from "uvu";
import * as assert from "uvu/assert";
import { declarativeBase, integer, manyToOne, varchar } from "../../src/mapping/index.js";
import { instanceOf } from "../../src/mapping/instance.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { targetOf } from "../../src/mapping/relationship-target.js";
import { errorOf } from "../support.js";

const test = suite("registry");
const warnings: string[] = [];
process.on("warning", (warning) => {
  if ((warning as { code?: string }).code === "ormlet-mapped-again") warnings.push(warning.message);
});
const warned = () => new Promise((resolve) => setImmediate(() => resolve(warnings.splice(0))));
const columns = () => ({ id: integer().primaryKey(), name: varchar(100) });

test("the first use of a class tells its name", () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", columns()) {}
  const mapper = mapperOf(Object.getPrototypeOf(Author));
  assert.is(mapper.name, 'mapped("authors")');
  assert.is(Author.c.name.node.kind, "column");
  assert.is(mapper.name, "Author");
  assert.is(mapper.entity, Author);
  assert.is(mapper.registry.classes.get("Author"), mapper);
});

test("Author.r, new Author, and Base.configure are uses as well", () => {
  const Base = declarativeBase();
  class One extends Base.mapped("ones", columns()) {}
  class Two extends Base.mapped("twos", columns()) {}
  class Three extends Base.mapped("threes", columns()) {}
  void One.r;
  new Two({ name: "x" });
  Base.configure(Three);
  assert.equal([...mapperOf(One).registry.classes.keys()], ["One", "Two", "Three"]);
});

test("a class that was not used is an unknown target, with both cures named", async () => {
  const Base = declarativeBase();
  class Book extends Base.mapped("books", {
    ...columns(),
    authorId: integer().references("authors.id"),
    author: manyToOne<Author>("Author"),
  }) {}
  class Author extends Base.mapped("authors", columns()) {}
  class Autor extends Base.mapped("autors", columns()) {}
  Base.configure(Autor);
  const { relationship } = Book.r.author;
  const error = await errorOf(() => targetOf(mapperOf(Book), relationship));
  assert.is(error.code, "unknown-target");
  assert.is(
    error.message,
    "Book.author: no class Author is known.\n  Hint: Did you mean Autor? A class is known from its first use on; write Base.configure(Author) before.",
  );
  Base.configure(Author);
  assert.is(targetOf(mapperOf(Book), relationship), mapperOf(Author));
});

test("a subclass of a mapped class, and a second class, are refused", async () => {
  const Base = declarativeBase();
  class Author extends Base.mapped("authors", columns()) {}
  class Poet extends Author {}
  const error = await errorOf(() => new Poet({ name: "x" }));
  assert.is(error.code, "inheritance");
  assert.match(
    error.message,
    /^Class Poet cannot be mapped as .*\n {2}Hint: Write class Poet extends Base\.mapped/,
  );
  new Author({ name: "x" });
  assert.is((await errorOf(() => Poet.c)).code, "inheritance");
  class Other extends (Object.getPrototypeOf(Author) as typeof Author) {}
  assert.is((await errorOf(() => Other.c)).code, "inheritance");
});

test("mapping a table again replaces its class, with one warning", async () => {
  const Base = declarativeBase();
  const make = () => class Author extends Base.mapped("authors", columns()) {};
  const First = make();
  const old = new First({ name: "x" });
  assert.equal(await warned(), []);
  const Second = make();
  new Second({ name: "x" });
  assert.equal(await warned(), ["Author (table authors) was mapped again; the later one counts."]);
  assert.is(instanceOf(old).mapper.replaced, true);
  assert.is(mapperOf(Second).replaced, false);
  assert.is(mapperOf(Second).registry.classes.get("Author"), mapperOf(Second));
  assert.is(Base.metadata.tables.get("authors"), mapperOf(Second).table);
  new First({ name: "y" });
  assert.is(mapperOf(Second).registry.classes.get("Author"), mapperOf(Second));
});

test("a class name with another table replaces the earlier class, and its table is forgotten", async () => {
  const Base = declarativeBase();
  const make = (table: string) => class Author extends Base.mapped(table, columns()) {};
  const [First, Second] = [make("autors"), make("authors")];
  new First({ name: "x" });
  new Second({ name: "x" });
  assert.equal(await warned(), ["Author (table autors) was mapped again; the later one counts."]);
  assert.equal([...Base.metadata.tables.keys()], ["authors"]);
  assert.is(mapperOf(First).replaced, true);
});

test("in a notebook of the course a cell is run twice without a warning", async () => {
  const course = Symbol.for("course.onShutdown");
  Object.assign(globalThis, { [course]: [] });
  const Base = declarativeBase();
  for (let times = 0; times < 2; times += 1) Base.mapped("authors", columns());
  Reflect.deleteProperty(globalThis, course);
  assert.equal(await warned(), []);
});

test("an object of a replaced class is refused where one of the new class is meant", async () => {
  const Base = declarativeBase();
  const make = () => class Author extends Base.mapped("authors", columns()) {};
  class Book extends Base.mapped("books", {
    ...columns(),
    authorId: integer().references("authors.id"),
    author: manyToOne("Author"),
  }) {}
  const First = make();
  const old = new First({ name: "x" });
  const Second = make();
  const fresh = new Second({ name: "x" });
  const error = await errorOf(() => new Book({ name: "b", author: old }));
  assert.is(error.code, "replaced-class");
  assert.is(
    error.message,
    "Book.author: class Author was defined again.\n  Hint: Make the object anew.",
  );
  assert.is(new Book({ name: "b", author: fresh }).author, fresh);
  await warned();
});

test.run();
