import { author, authorOfBooks, errorUses, type Use, type Uses } from "./use.js";

const column: Use = {
  code: `
const name: ormlet.Col<string> = new Col<string>(ormlet.varchar(100).definition);
const Base = ormlet.declarativeBase();
class Author extends Base.mapped("authors", {
  id: ormlet.integer().primaryKey(),
  name,
  nickname: name.nullable(),
}) {}
const ada = new Author({ name: "Ada" });
const exact: [string, string | null] = [ada.name, ada.nickname];
const [create] = Base.metadata.ddl(ormlet.mysqlDialect);
console.log(exact, create?.match(/VARCHAR.*/g), columns.isColumn(name));`,
  prints: "[ 'Ada', null ] [ 'VARCHAR(100) NOT NULL,', 'VARCHAR(100),' ] true",
};

const relationship: Use = {
  code: `
const Base = ormlet.declarativeBase();
const books: ormlet.Rel<Book, true> = new Rel<Book, true>("oneToMany", true, "Book", {});
class Author extends Base.mapped("authors", { id: ormlet.integer().primaryKey(), books }) {}
class Book extends Base.mapped("books", {
  id: ormlet.integer().primaryKey(),
  authorId: ormlet.integer().references("authors.id"),
}) {}
Base.configure(Author, Book);
const ada = new Author({ books: [new Book({ id: 7 })] });
const exact: number | undefined = ada.books[0]?.id;
console.log(exact, Author.r.books.relationship.kind);`,
  prints: "7 oneToMany",
};

const expression: Use = {
  code: `${author}
const name: ormlet.Expr<string, false> = new Expr<string, false>(Author.c.name.node);
const isAda = ormlet.or(name.eq("Ada"), Author.c.name.ne(name));
const names: ormlet.Executable<string> = ormlet.select(name).where(isAda).orderBy(name);
console.log(names.compile(ormlet.mysqlDialect).text);`,
  prints:
    "SELECT `authors`.`name` FROM `authors` " +
    "WHERE (`authors`.`name` = ? OR `authors`.`name` <> `authors`.`name`) ORDER BY `authors`.`name`",
};

const path: Use = {
  code: `${authorOfBooks}
const { mapper, relationship } = Author.r.books;
const mine: ormlet.Path<Author, Book, "books"> = new Path<Author, Book, "books">(mapper, relationship);
const loaded = ormlet.select(Author).join(mine).options(ormlet.selectinload(mine));
const found: ormlet.Executable<{ readonly books: readonly Book[] }> = loaded;
const condition: ormlet.Condition = mine.any(Book.c.id.gt(7));
console.log(found.compile(ormlet.mysqlDialect).text.replace(/.* FROM/, "FROM"), condition.node.kind);`,
  prints: "FROM `authors` JOIN `books` ON `books`.`author_id` = `authors`.`id` extension",
};

const metadata: Use = {
  code: `
const mine: ormlet.Metadata = new Metadata();
const registry = { metadata: mine, naming: namings.defaultNaming, behaviour: mapping.memoryOnly, mappers: new Map(), classes: new Map() };
class Author extends mapping.mapped(registry, "authors", { id: ormlet.integer().primaryKey() }) {}
console.log([...mine.tables.keys()], new Author({ id: 1 }).id);
console.log(String(pictures.schema(mine)).includes("authors"), brands.hasBrand(mine, "metadata"));`,
  prints: "[ 'authors' ] 1\ntrue true",
};

const instance: Use = {
  code: `${author}
const mine = new ObjectInstance(instances.standingOf(ada), ada) as ormlet.Instance;
mine.values = [1, "Grace"];
Object.assign(ada, { [instances.standingKey]: mine });
const work = { inserts: [mine], updates: [], deletes: [], dependencies: [], links: [] };
const [step] = flushes.planFlush(work).steps;
console.log(ada, ormlet.inspect(ada).state, step?.rows[0] === mine);`,
  prints: "Author { id: 1, name: 'Grace' } transient true",
  notTaken: "Functions take the interface that it implements.",
};

const collection: Use = {
  code: `${authorOfBooks}
const shelf = new Author({ name: "Ada" });
const { relationship } = Author.r.books;
const instance = instances.instanceOf(shelf);
const mine: collections.CollectionState = new CollectionState([], instance, relationship);
const books = new Proxy(mine.items, mine) as unknown as ormlet.Collection<Book>;
instance.values[relationship.position] = books;
const book = new Book();
books.push(book);
console.log(book.author === shelf, shelf.books.length, collections.membersIn(mine).has(book));`,
  prints: "true 1 true",
};

export const mappingUses: Uses = {
  ...errorUses("mapping/errors.ts", "UnloadedError"),
  "mapping/column.ts#Col": column,
  "mapping/relationship.ts#Rel": relationship,
  "mapping/expression.ts#Expr": expression,
  "mapping/path.ts#Path": path,
  "mapping/metadata.ts#Metadata": metadata,
  "mapping/instance.ts#ObjectInstance": instance,
  "mapping/collection.ts#CollectionState": collection,
};
