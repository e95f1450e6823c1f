import type { ArrangeContext, Exercise, JudgeContext } from "../../judge/exercise.js";

const direct = "joins a class that has the foreign key, and one that it leads to";
const between = "joins through the table between";
const asks = "asks whether there is a related row";

const tables = ["people", "loans", "books", "tags", "link", "shelves"] as const;

/** Tables of other names in each run, and lines in which they stand. */
const arranged =
  (...lines: string[]) =>
  async ({ random }: ArrangeContext) => {
    const known = new Set<string>();
    while (known.size < tables.length) known.add(random.word());
    const entries = [...known].map((name, index) => [tables[index], name] as const);
    const named = (line: string) =>
      entries.reduce((text, [table, name]) => text.replaceAll(`{${table}}`, `<${name}>`), line);
    // A name with a number behind it is one name: <link_1>.
    const secret = lines.map((line) => named(line).replace(/>(_\d)/g, "$1>"));
    return { input: Object.fromEntries(entries), secret };
  };

/** @param calls what stands behind each text; a hidden test says which of them is another one */
const judgeOf =
  (...calls: string[]) =>
  ({ observation, secret, assert }: JudgeContext): void => {
    const texts = observation as string[];
    assert.ok(Array.isArray(texts), "There should be a text for each select.");
    for (const [index, text] of (secret as string[]).entries()) {
      const call = calls[index];
      if (call === undefined) assert.is(texts[index], text);
      else assert.is(texts[index], text, `This is not written as it should be: ${call}`);
    }
  };

const judge = judgeOf();

const exercise: Exercise = {
  id: "4.3",
  tests: [
    {
      name: direct,
      points: 4,
      feedback:
        "The column of the foreign key stands on the left, and the key that it leads to on the right, whichever of the two the path begins at. Each is written with the name that its class has in this select.",
      arrange: arranged(
        "FROM {people} JOIN {loans} ON {loans}.<member_id> = {people}.<id>",
        "FROM {loans} LEFT JOIN {people} AS <m> ON {loans}.<member_id> = <m>.<id>",
        "FROM {loans} JOIN {books} ON {loans}.<book_id> = {books}.<id> AND {books}.<title> = ? LEFT JOIN {people} ON {loans}.<member_id> = {people}.<id> Atlas",
        "FROM {people} LEFT JOIN <cards> ON <cards>.<holder_id> = {people}.<id>",
        "FROM <cards> JOIN {people} ON <cards>.<holder_id> = {people}.<id>",
      ),
      judge,
    },
    {
      name: between,
      points: 3,
      needs: direct,
      feedback:
        "Of a manyToMany, through holds the table between and ties it to the class where the path begins; the outer on ties the target to the table between. The columns of the table between stand on the left.",
      arrange: arranged(
        "FROM {books} JOIN {link} ON {link}.<book_id> = {books}.<id> JOIN {tags} ON {link}.<tag_id> = {tags}.<id>",
        "FROM {tags} JOIN {link} ON {link}.<tag_id> = {tags}.<id> JOIN {books} ON {link}.<book_id> = {books}.<id> AND {books}.<title> = ? Atlas",
        "FROM {books} LEFT JOIN ({link} JOIN {tags} AS <t> ON {link}.<tag_id> = <t>.<id>) ON {link}.<book_id> = {books}.<id>",
      ),
      judge,
    },
    {
      name: asks,
      points: 4,
      needs: direct,
      feedback:
        "EXISTS, and in brackets SELECT 1 from the related class. Its WHERE begins with what ties the two together, and goes on with the conditions. For a manyToMany it selects from the table between, and joins the class behind it.",
      arrange: arranged(
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {loans} WHERE {loans}.<member_id> = {people}.<id>)",
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {loans} WHERE {loans}.<member_id> = {people}.<id> AND {loans}.<returned> = ? AND {loans}.<id> > ?) false, 7",
        "FROM {loans} WHERE NOT (EXISTS (SELECT 1 FROM {books} WHERE {loans}.<book_id> = {books}.<id> AND {books}.<title> = ?)) Atlas",
        "FROM {books} WHERE EXISTS (SELECT 1 FROM {link} JOIN {tags} ON {link}.<tag_id> = {tags}.<id> WHERE {link}.<book_id> = {books}.<id> AND {tags}.<name> = ?) sea",
        "FROM {tags} WHERE EXISTS (SELECT 1 FROM {link} JOIN {books} ON {link}.<book_id> = {books}.<id> WHERE {link}.<tag_id> = {tags}.<id>)",
      ),
      judge,
    },
    {
      name: "joins by all columns of a foreign key",
      points: 1,
      hidden: true,
      needs: direct,
      feedback: "A foreign key of two columns gives two comparisons, in the order of the key.",
      arrange: arranged(
        "FROM {books} JOIN {shelves} ON {books}.<room> = {shelves}.<room> AND {books}.<shelf_no> = {shelves}.<number>",
        "FROM {shelves} LEFT JOIN {books} ON {books}.<room> = {shelves}.<room> AND {books}.<shelf_no> = {shelves}.<number>",
        "FROM {shelves} WHERE EXISTS (SELECT 1 FROM {books} WHERE {books}.<room> = {shelves}.<room> AND {books}.<shelf_no> = {shelves}.<number>)",
        "FROM {books} WHERE EXISTS (SELECT 1 FROM {shelves} WHERE {books}.<room> = {shelves}.<room> AND {books}.<shelf_no> = {shelves}.<number> AND {shelves}.<number> > ?) 3",
      ),
      judge: judgeOf(
        "select(Book.c.id).join(Book.r.shelf), with a foreign key of two columns",
        "select(Shelf.c.room).leftJoin(Shelf.r.books)",
        "select(Shelf.c.room).where(Shelf.r.books.any())",
        "select(Book.c.id).where(Book.r.shelf.has(Shelf.c.number.gt(3)))",
      ),
    },
    {
      name: "keeps classes and tables that stand there twice apart",
      points: 2,
      hidden: true,
      needs: between,
      feedback:
        "The names are those in names, never the table's own. A table between that stands there already, behind through or as a joined class, gets _1 at its end, then _2, the first number that is free.",
      arrange: arranged(
        "FROM {people} JOIN {people} AS <boss> ON {people}.<boss_id> = <boss>.<id> JOIN {people} AS <top> ON <boss>.<boss_id> = <top>.<id>",
        "FROM {people} AS <own> LEFT JOIN {people} ON {people}.<boss_id> = <own>.<id>",
        "FROM {books} JOIN {link} ON {link}.<book_id> = {books}.<id> JOIN {tags} AS <one> ON {link}.<tag_id> = <one>.<id> " +
          "LEFT JOIN ({link} AS {link}_1 JOIN {tags} AS <two> ON {link}_1.<tag_id> = <two>.<id>) ON {link}_1.<book_id> = {books}.<id> " +
          "JOIN {link} AS {link}_2 ON {link}_2.<book_id> = {books}.<id> JOIN {tags} AS <three> ON {link}_2.<tag_id> = <three>.<id>",
        ...["links", "links", "links_1", "links_1", "links_3", "links", "nothing"],
      ),
      judge: judgeOf(
        "select(Person.c.id).join(Person.r.boss, boss).join(boss.r.boss, top), with two aliases of Person",
        "select(own.c.id).leftJoin(own.r.staff), with an alias of Person",
        "select(Book.c.id).join(Book.r.tags, one).leftJoin(Book.r.tags, two).join(Book.r.tags, three), with aliases of Tag",
        "freeName for the table links, where no join is there yet",
        "freeName for the table links, where another source is joined",
        "freeName for the table links, where a class of that name is joined",
        "freeName for the table links, where links is behind through and links_2 is joined",
        "freeName for the table links, where links, links_1 and links_2 are taken",
        "freeName for the table links, where links_1 alone is taken",
        "freeName without a table",
      ),
    },
    {
      name: "asks for rows of the same table, and within other questions",
      points: 1,
      hidden: true,
      needs: asks,
      feedback:
        "When the related class has the name that the class of the path has in the select around, it gets _1 at its end, and each condition goes through within. The class of the path may be an alias, or have such a name itself.",
      arrange: arranged(
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {people} AS {people}_1 WHERE {people}.<boss_id> = {people}_1.<id> AND {people}_1.<na`me> = ?) Ada",
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {people} AS {people}_1 WHERE {people}_1.<boss_id> = {people}.<id>)",
        "FROM {people} AS <boss> WHERE EXISTS (SELECT 1 FROM {people} WHERE <boss>.<boss_id> = {people}.<id> AND {people}.<id> < ?) 5",
        "FROM {people} AS <boss> WHERE EXISTS (SELECT 1 FROM {loans} WHERE {loans}.<member_id> = <boss>.<id> AND {loans}.<id> = ?) 2",
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {loans} WHERE {loans}.<member_id> = {people}.<id> AND {loans}.<returned> = ? AND EXISTS (SELECT 1 FROM {books} " +
          "WHERE {loans}.<book_id> = {books}.<id> AND EXISTS (SELECT 1 FROM {link} JOIN {tags} ON {link}.<tag_id> = {tags}.<id> " +
          "WHERE {link}.<book_id> = {books}.<id> AND {tags}.<name> = ?))) true, sea",
        "FROM {people} WHERE EXISTS (SELECT 1 FROM {people} AS {people}_1 WHERE {people}.<boss_id> = {people}_1.<id> AND EXISTS (SELECT 1 FROM {people} " +
          "WHERE {people}_1.<boss_id> = {people}.<id> AND {people}.<id> > ?)) 1",
      ),
      judge: judgeOf(
        'select(Person.c.id).where(Person.r.boss.has(Person.c.name.eq("Ada")))',
        "select(Person.c.id).where(Person.r.staff.any())",
        "select(boss.c.id).where(boss.r.boss.has(Person.c.id.lt(5))), with an alias of Person",
        "select(boss.c.id).where(boss.r.loans.any(Loan.c.id.eq(2))), with an alias of Person",
        "Person.r.loans.any(…), with Loan.r.book.has(…) in it, and Book.r.tags.any(…) in that",
        "Person.r.boss.has(Person.r.boss.has(Person.c.id.gt(1)))",
      ),
    },
  ],
};

export default exercise;
