import { suite } from "uvu";
import * as assert from "uvu/assert";
import { integer, oneToMany, varchar } from "../../src/mapping/index.js";
import { isOwn, standingOf } from "../../src/mapping/instance.js";
import { select, update } from "../../src/query/index.js";
import {
  declarativeBase,
  joinedload,
  raiseload,
  Session,
  selectinload,
} from "../../src/relationships/index.js";
import { ByKey } from "../../src/relationships/way.js";
import { inspect } from "../../src/session/index.js";
import { errorOf } from "../support.js";
import {
  Author,
  Book,
  columnsOf,
  Item,
  openShop,
  Portrait,
  Publisher,
  Shelf,
  Tag,
  Topic,
} from "./bookshop.js";

const test = suite("selectinload");
const shop = openShop(test);

/** Runs work in a session of its own. */
async function inSession(work: (session: Session) => Promise<void>): Promise<void> {
  const session = new Session(shop.engine);
  try {
    await work(session);
  } finally {
    await session.close();
    shop.take();
  }
}

const authorColumns = columnsOf("authors");
const bookColumns = columnsOf("books");

test("a collection is loaded by one more statement, whatever the number of objects", () =>
  inSession(async (session) => {
    const authors = await session
      .scalars(select(Author).options(selectinload(Author.r.books)).orderBy(Author.c.id))
      .all();
    assert.equal(
      authors.map(({ name, books }) => [name, books.map(({ title }) => title)]),
      [
        ["Ada", ["Notes", "Letters"]],
        ["Grace", ["Ships"]],
        ["Zoe", []],
      ],
    );
    assert.equal(shop.take(), [
      `SELECT ${authorColumns} FROM \`authors\` ORDER BY \`authors\`.\`id\``,
      `SELECT ${bookColumns} FROM \`books\` WHERE \`books\`.\`author_id\` IN (?, ?, ?) [1,2,3]`,
    ]);
    const [ada] = authors;
    assert.is(ada?.books[0]?.author, ada, "a book knows the author that it was loaded with");
    assert.equal(session.dirty, [], "to load is no change");
  }));

test("related objects know their owner without an instance; one that is touched has its own", () =>
  inSession(async (session) => {
    const query = select(Author).where(Author.c.id.eq(1)).options(selectinload(Author.r.books));
    const ada = await session.scalars(query).one();
    const [notes, letters] = ada.books as readonly Book[] as [Book, Book];
    const own = () => [notes, letters].map((book) => isOwn(standingOf(book)));
    assert.equal([notes.author, letters.author], [ada, ada]);
    assert.equal(own(), [false, false]);
    notes.author = null;
    assert.equal(own(), [true, false]);
    assert.equal([...ada.books], [letters]);
    assert.is(letters.author, ada);
    assert.equal([inspect(notes).state, inspect(letters).changes], ["persistent", []]);
    await session.rollback();
    assert.equal([notes.author, [...ada.books]], [ada, [notes, letters]]);
  }));

test("nested options go on from the related objects", () =>
  inSession(async (session) => {
    const [ada] = await session
      .scalars(
        select(Author)
          .where(Author.c.name.eq("Ada"))
          .options(
            selectinload(Author.r.books, selectinload(Book.r.tags)),
            selectinload(Author.r.publisher),
          ),
      )
      .all();
    assert.equal(
      ada?.books.map(({ tags }) => tags.map(({ name }) => name)),
      [["maths", "engines"], ["maths"]],
    );
    assert.is(ada?.publisher?.name, "Orb");
    assert.equal(shop.take(), [
      `SELECT ${authorColumns} FROM \`authors\` WHERE \`authors\`.\`name\` = ? ["Ada"]`,
      `SELECT ${bookColumns} FROM \`books\` WHERE \`books\`.\`author_id\` IN (?) [1]`,
      "SELECT `tags`.`id`, `tags`.`name`, `book_tags`.`book_id` FROM `book_tags` JOIN `tags` ON " +
        "`book_tags`.`tag_id` = `tags`.`id` WHERE `book_tags`.`book_id` IN (?, ?) [1,3]",
      `SELECT ${columnsOf("publishers")} FROM \`publishers\` WHERE \`publishers\`.\`id\` IN (?) [1]`,
    ]);
  }));

test("what a to-one points at is taken from the identity map, without a statement when all are there", () =>
  inSession(async (session) => {
    const authors = await session.scalars(select(Author)).all();
    shop.take();
    const books = await session.scalars(select(Book).options(selectinload(Book.r.author))).all();
    assert.is(shop.take().length, 1);
    assert.ok(books.every(({ author }) => author !== null && authors.includes(author as Author)));
  }));

test("only the missing ones are asked for, and each of them once", () =>
  inSession(async (session) => {
    await session.get(Author, 2);
    shop.take();
    const books = await session.scalars(select(Book).options(selectinload(Book.r.author))).all();
    assert.equal(
      books.map(({ author }) => author?.name),
      ["Ada", "Grace", "Ada"],
    );
    assert.equal(shop.take().slice(1), [
      `SELECT ${authorColumns} FROM \`authors\` WHERE \`authors\`.\`id\` IN (?) [1]`,
    ]);
  }));

test("a foreign key that is NULL needs no statement", () =>
  inSession(async (session) => {
    const zoe = await session
      .scalars(select(Author).where(Author.c.id.eq(3)).options(selectinload(Author.r.publisher)))
      .one();
    assert.is(zoe.publisher, null);
    assert.is(shop.take().length, 1);
  }));

test("a one-to-one is loaded from both of its sides", () =>
  inSession(async (session) => {
    const authors = await session
      .scalars(select(Author).options(selectinload(Author.r.portrait)).orderBy(Author.c.id))
      .all();
    assert.equal(
      authors.map(({ portrait }) => portrait?.painter),
      ["Carpenter", undefined, undefined],
    );
    assert.is(authors[1]?.portrait, null);
    assert.is(authors[0]?.portrait?.author, authors[0]);
    assert.equal(shop.take().slice(1), [
      `SELECT ${columnsOf("portraits")} FROM \`portraits\` WHERE \`portraits\`.\`author_id\` IN (?, ?, ?) [1,2,3]`,
    ]);
    session.expunge(authors[0] as Author);
    const portrait = await session
      .scalars(select(Portrait).options(selectinload(Portrait.r.author)))
      .one();
    assert.is(portrait.author?.name, "Ada");
  }));

test("a tree and a many-to-many of a table with itself", () =>
  inSession(async (session) => {
    const all = await session
      .scalars(
        select(Topic)
          .where(Topic.c.parentId.isNull())
          .options(
            selectinload(
              Topic.r.children,
              selectinload(Topic.r.children),
              selectinload(Topic.r.related),
            ),
          ),
      )
      .one();
    assert.equal(
      all.children.map(({ name, children, related }) => [
        name,
        children.length,
        related.map((one) => one.name),
      ]),
      [
        ["art", 0, ["zoology"]],
        ["zoology", 1, ["art"]],
      ],
      "sorted by name, as declared",
    );
    assert.equal(shop.take().slice(1), [
      `SELECT ${columnsOf("topics")} FROM \`topics\` WHERE \`topics\`.\`parent_id\` IN (?) ORDER BY \`topics\`.\`name\` [1]`,
      `SELECT ${columnsOf("topics")} FROM \`topics\` WHERE \`topics\`.\`parent_id\` IN (?, ?) ORDER BY \`topics\`.\`name\` [3,2]`,
      `SELECT ${columnsOf("topics")}, \`topic_links\`.\`from_id\` FROM \`topic_links\` JOIN \`topics\` ON ` +
        "`topic_links`.`to_id` = `topics`.`id` WHERE `topic_links`.`from_id` IN (?, ?) [3,2]",
    ]);
  }));

test("keys of several columns", () =>
  inSession(async (session) => {
    const shelves = await session
      .scalars(
        select(Shelf)
          .options(selectinload(Shelf.r.items), selectinload(Shelf.r.topics))
          .orderBy(Shelf.c.room, Shelf.c.number),
      )
      .all();
    assert.equal(
      shelves.map(({ items, topics }) => [items.map(({ id }) => id), topics.map(({ id }) => id)]),
      [
        [[], [1, 3]],
        [[1, 3], []],
        [[2], [3]],
      ],
    );
    assert.equal(shop.take().slice(1), [
      `SELECT ${columnsOf("items")} FROM \`items\` WHERE ((\`items\`.\`shelf_room\`, \`items\`.\`shelf_number\`) ` +
        'IN ((?, ?), (?, ?), (?, ?))) ["A",1,"A",2,"B",1]',
      `SELECT ${columnsOf("topics")}, \`shelf_topics\`.\`shelf_room\`, \`shelf_topics\`.\`shelf_number\` FROM ` +
        "`shelf_topics` JOIN `topics` ON `shelf_topics`.`topic_id` = `topics`.`id` WHERE " +
        "((`shelf_topics`.`shelf_room`, `shelf_topics`.`shelf_number`) IN ((?, ?), (?, ?), (?, ?))) " +
        '["A",1,"A",2,"B",1]',
    ]);
    session.expunge(shelves[1] as Shelf);
    session.expunge(shelves[2] as Shelf);
    session.expire(shelves[1]?.items[0] as Item);
    const items = await session
      .scalars(select(Item).options(selectinload(Item.r.shelf)).orderBy(Item.c.id))
      .all();
    assert.equal(
      items.map(({ shelf }) => shelf && [shelf.room, shelf.number]),
      [["A", 2], ["B", 1], ["A", 2], null],
      "a key with a part that is NULL points at nothing",
    );
  }));

test("conditions, an order and a limit for each object", () =>
  inSession(async (session) => {
    const authors = await session
      .scalars(
        select(Author)
          .options(
            selectinload(Author.r.books)
              .where(Book.c.price.gt("0.50"))
              .orderBy(Book.c.title.desc())
              .limit(1),
          )
          .orderBy(Author.c.id),
      )
      .all();
    assert.equal(
      authors.map(({ books }) => books.map(({ title }) => title)),
      [["Notes"], ["Ships"], []],
    );
    assert.equal(shop.take().slice(1), [
      `SELECT ${bookColumns} FROM (SELECT ${bookColumns}, ROW_NUMBER() OVER (PARTITION BY \`books\`.\`author_id\` ` +
        "ORDER BY `books`.`title` DESC) AS `related_1` FROM `books` WHERE `books`.`author_id` IN (?, ?, ?) AND " +
        "`books`.`price` > ?) AS `books` WHERE `books`.`related_1` <= ? ORDER BY `books`.`related_1` " +
        '[1,2,3,"0.50",1]',
    ]);
  }));

test("a limit along a many-to-many, in the declared order", () =>
  inSession(async (session) => {
    const tags = await session
      .scalars(
        select(Tag)
          .options(selectinload(Tag.r.books, selectinload(Book.r.author)).limit(1))
          .orderBy(Tag.c.id),
      )
      .all();
    assert.equal(
      tags.map(({ books }) => books.map(({ title, author }) => [title, author?.name])),
      [[["Notes", "Ada"]], [["Notes", "Ada"]]],
    );
    assert.equal(
      shop.take()[1],
      `SELECT ${bookColumns}, \`books\`.\`related_1\` FROM (SELECT ${bookColumns}, \`book_tags\`.\`tag_id\` AS ` +
        "`related_1`, ROW_NUMBER() OVER (PARTITION BY `book_tags`.`tag_id` ORDER BY `books`.`price` DESC, " +
        "`books`.`title`) AS `related_2` FROM `book_tags` JOIN `books` ON `book_tags`.`book_id` = `books`.`id` " +
        "WHERE `book_tags`.`tag_id` IN (?, ?)) AS `books` WHERE `books`.`related_2` <= ? ORDER BY " +
        "`books`.`related_2` [1,2,1]",
    );
  }));

test("a collection with some of the objects is no whole one: what is added and removed is written, the rest stays", () =>
  inSession(async (session) => {
    const maths = await session
      .scalars(
        select(Tag)
          .where(Tag.c.id.eq(1))
          .options(selectinload(Tag.r.books).where(Book.c.title.eq("Notes"))),
      )
      .one();
    assert.is(maths.books.length, 1);
    maths.books.remove(maths.books[0] as Book);
    const ships = (await session.get(Book, 2)) as Book;
    maths.books.push(ships);
    await session.flush();
    shop.take();
    const books = maths.books;
    await session.load(maths, Tag.r.books);
    assert.equal(
      maths.books.map(({ title }) => title),
      ["Ships", "Letters"],
    );
    assert.is(maths.books, books, "it is filled up, and stays the same one");
    assert.is(shop.take().length, 1);
    await session.load(maths, Tag.r.books);
    assert.equal(shop.take(), [], "now it is a whole one");
  }));

test("what is in memory is not loaded again, and changes that were not flushed stay", () =>
  inSession(async (session) => {
    const ada = await session
      .scalars(select(Author).where(Author.c.id.eq(1)).options(selectinload(Author.r.books)))
      .one();
    const poems = new Book({ title: "Poems", price: "2.00" });
    (await session.begin) === undefined;
    ada.books.push(poems);
    const quiet = ada.books;
    shop.take();
    const again = await session.scalars(select(Author).options(selectinload(Author.r.books))).all();
    assert.is(again[0]?.books, quiet);
    assert.ok(quiet.includes(poems));
    assert.is(
      shop.take().filter((text) => text.includes("FROM `books`")).length,
      1,
      "for the two others",
    );
    await session.rollback();
  }));

test("without autoflush a collection that is loaded shows what was changed on the other side", async () => {
  const session = new Session(shop.engine, { autoflush: false });
  const [notes, ships] = await session
    .scalars(select(Book).options(selectinload(Book.r.author)).orderBy(Book.c.id))
    .all();
  const [ada, grace] = [notes?.author as Author, ships?.author as Author];
  (ships as Book).author = ada;
  const fresh = new Book({ title: "Fresh", price: "1.00", author: grace });
  session.add(fresh);
  await session.load([ada, grace], Author.r.books);
  assert.equal(
    [ada, grace].map(({ books }) => books.map(({ title }) => title)),
    [["Notes", "Letters", "Ships"], ["Fresh"]],
  );
  await session.close();
  shop.take();
});

test("a rollback forgets what was loaded after a change", () =>
  inSession(async (session) => {
    const ada = (await session.get(Author, 1)) as Author;
    await session.commit();
    const notes = (await session.get(Book, 1)) as Book;
    notes.authorId = 2;
    await session.flush();
    await session.load(ada, Author.r.books);
    assert.is(ada.books.length, 1);
    await session.rollback();
    await session.load(ada, Author.r.books);
    assert.is(ada.books.length, 2);
  }));

test("more than five thousand objects need a statement for each five thousand", () =>
  inSession(async (session) => {
    const many = Array.from({ length: 5001 }, (_, index) => new Publisher({ name: `p${index}` }));
    session.addAll(many);
    await session.flush();
    session.expire(many[0] as Publisher, "authors");
    shop.take();
    for (const one of many) session.expire(one, "authors");
    await session.load(many, Publisher.r.authors);
    const sent = shop.take();
    const lists = sent.map((text) => text.slice(text.indexOf(" IN (")).split(","));
    assert.equal(
      lists.map(({ length }) => length),
      [5000, 1],
    );
    assert.equal(many[5000]?.authors.length, 0);
    await session.rollback();
  }));

test("an option of another class is refused", () =>
  inSession(async (session) => {
    const wrong = selectinload(Author.r.books, selectinload(Tag.r.books));
    try {
      await session.scalars(select(Author).options(wrong)).all();
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "option-root");
      assert.match((error as Error).message, "Tag.books is no path of Book.");
    }
  }));

test("keys that only the database finds equal meet all the same", () => {
  const byKey = new ByKey<string>([
    ["Ångström", "by a collation"],
    [7n, "a bigint"],
  ]);
  assert.is(byKey.find("angstrom"), "by a collation");
  assert.is(byKey.find(7), "a bigint");
  assert.is(byKey.find("ÅNGSTRÖM "), "by a collation");
  assert.is(byKey.find("other"), undefined);
});

test("what is no relationship, and no option, is refused where it is written", async () => {
  for (const wrong of [undefined, "books", Author.c.name]) {
    for (const option of [selectinload, joinedload, raiseload] as ((path: never) => unknown)[]) {
      assert.is((await errorOf(() => option(wrong as never))).code, "not-a-path");
    }
    const nested = () => selectinload(Author.r.books, wrong as never);
    assert.is((await errorOf(nested)).code, "not-an-option");
  }
  await inSession(async (session) => {
    assert.is((await errorOf(() => session.load([]))).code, "nothing-to-load");
    for (const wrong of [undefined, "books"]) {
      assert.is((await errorOf(() => session.load([], wrong as never))).code, "not-a-path");
    }
  });
});

test("configure refuses an order by what is no property", async () => {
  const Base = declarativeBase();
  class Room extends Base.mapped("rooms", {
    id: integer().primaryKey(),
    seats: oneToMany<Seat>("Seat", { orderBy: ["id", "nme desc"] }),
  }) {}
  class Seat extends Base.mapped("seats", {
    id: integer().primaryKey(),
    roomId: integer().references("rooms.id"),
    name: varchar(9),
  }) {}
  const error = await errorOf(() => Base.configure(Room, Seat));
  assert.is(error.code, "relationship-order");
  assert.match(error.message, "Room.seats: it cannot be sorted by nme desc.");
});

test("a rollback makes a collection that was filled up a part again", () =>
  inSession(async (session) => {
    const maths = await session
      .scalars(
        select(Tag)
          .where(Tag.c.id.eq(1))
          .options(selectinload(Tag.r.books).where(Book.c.title.eq("Notes"))),
      )
      .one();
    await session.commit();
    const ships = (await session.get(Book, 2)) as Book;
    maths.books.push(ships);
    await session.load(maths, Tag.r.books);
    assert.is(maths.books.length, 3);
    await session.rollback();
    assert.is(maths.books.length, 1);
    await session.load(maths, Tag.r.books);
    assert.equal(
      maths.books.map(({ title }) => title),
      ["Notes", "Letters"],
    );
  }));

test("a part of a collection that was changed and changed back is filled up after a flush", () =>
  inSession(async (session) => {
    const only = selectinload(Tag.r.books).where(Book.c.title.eq("Notes"));
    const maths = await session.scalars(select(Tag).where(Tag.c.id.eq(1)).options(only)).one();
    const ships = (await session.get(Book, 2)) as Book;
    maths.books.push(ships);
    maths.books.remove(ships);
    await session.flush();
    assert.equal(session.dirty, []);
    await session.load(maths, Tag.r.books);
    assert.equal(
      maths.books.map(({ title }) => title),
      ["Notes", "Letters"],
    );
  }));

test("who reads a many-to-many that is not loaded hears how to load it, and how to add to it", () =>
  inSession(async (session) => {
    const notes = (await session.get(Book, 1)) as Book;
    const error = await errorOf(() => notes.tags);
    assert.match(error.message, "Book.tags is not loaded.");
    assert.match(error.message, "To add one: session.add(new Tag({ books: [book] })).");
  }));

test("a to-one that a condition left out is not known to be null", () =>
  inSession(async (session) => {
    const notes = await session
      .scalars(
        select(Book)
          .where(Book.c.id.eq(1))
          .options(selectinload(Book.r.author).where(Author.c.name.eq("Zoe"))),
      )
      .one();
    assert.is(notes.author, null);
    assert.is((await notes.lazy.author)?.name, "Ada");
  }));

test("merge takes nothing away where only a part was loaded", () =>
  inSession(async (session) => {
    const ofAda = select(Author).where(Author.c.id.eq(1));
    const part = await session
      .scalars(
        ofAda.options(
          selectinload(Author.r.books).limit(1),
          selectinload(Author.r.publisher).where(Publisher.c.name.eq("none")),
        ),
      )
      .one();
    const other = new Session(shop.engine);
    const ada = await other
      .scalars(ofAda.options(selectinload(Author.r.books), selectinload(Author.r.publisher)))
      .one();
    assert.is(await other.merge<Author>(part), ada);
    assert.equal([ada.books.length, ada.publisher?.name], [2, "Orb"]);
    assert.equal(other.dirty, []);
    await other.close();
  }));

test("without autoflush a one-to-one shows what was changed on its other side", async () => {
  const session = new Session(shop.engine, { autoflush: false });
  const authors = await session.scalars(select(Author).orderBy(Author.c.id)).all();
  const portrait = (await session.get(Portrait, 1)) as Portrait;
  portrait.author = authors[1] as Author;
  await session.load(authors, Author.r.portrait);
  assert.equal(
    authors.map((author) => author.portrait?.painter ?? null),
    [null, "Carpenter", null],
  );
  await session.close();
  shop.take();
});

test("without autoflush what was moved is not loaded for its former owner, though that came later", async () => {
  const session = new Session(shop.engine, { autoflush: false });
  const notes = (await session.get(Book, 1)) as Book;
  notes.author = (await session.get(Author, 2)) as Author;
  const ada = (await session.get(Author, 1)) as Author;
  await session.load(ada, Author.r.books);
  assert.equal(
    ada.books.map(({ title }) => title),
    ["Letters"],
  );
  await session.close();
  shop.take();
});

test("what is nested in a joinedload within it is loaded once, and not where it is there by then", () =>
  inSession(async (session) => {
    const nested = [
      joinedload(Book.r.author, selectinload(Author.r.books).limit(1)),
      joinedload(Book.r.tags, selectinload(Tag.r.books).limit(1)),
    ] as const;
    const authors = await session
      .scalars(select(Author).options(selectinload(Author.r.books, ...nested)))
      .all();
    // The authors; their books with authors and tags; one book of each tag. The authors have all of theirs.
    assert.is(shop.take().length, 3);
    assert.is(authors.find(({ id }) => id === 1)?.books.length, 2);
  }));

test("after a bulk statement a to-one is asked for again; a collection, when it is refreshed", () =>
  inSession(async (session) => {
    const load = select(Author).options(selectinload(Author.r.books)).orderBy(Author.c.id);
    const [ada, grace] = (await session.scalars(load).all()) as Author[] as [Author, Author];
    const letters = ada.books.find(({ title }) => title === "Letters") as Book;
    await session.execute(update(Book).set({ authorId: 2 }).where(Book.c.title.eq("Letters")));
    assert.is(await letters.lazy.author, grace);
    await session.refresh(ada, "books");
    await session.refresh(grace, "books");
    assert.equal(
      [ada, grace].map(({ books }) => books.map(({ title }) => title)),
      [["Notes"], ["Ships", "Letters"]],
    );
    assert.equal(session.dirty, []);
    await session.rollback();
    assert.is(letters.authorId, 1);
    assert.is(await letters.lazy.author, ada);
  }));

test("without autoflush a pair that one side puts together and the other takes apart is not written", async () => {
  const session = new Session(shop.engine, { autoflush: false });
  const letters = (await session.get(Book, 3)) as Book;
  const engines = (await session.get(Tag, 2)) as Tag;
  (await letters.lazy.tags).push(engines);
  await session.load(engines, Tag.r.books);
  assert.ok(engines.books.includes(letters));
  engines.books.remove(letters);
  assert.not(letters.tags.includes(engines));
  await session.flush();
  await session.close();
  shop.take();
});

test.run();
