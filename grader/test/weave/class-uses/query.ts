import { author, savedAuthor, sessionUse, type Use, type Uses } from "./use.js";

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

const selectBase: Use = {
  code: `${author}
const { node } = ormlet.select(Author.c.name) as unknown as SelectBase<string>;
const mine = new (class extends SelectBase<string> {})(node);
const names: ormlet.Executable<string> = ormlet.unionAll(mine, mine.limit(1));
const isThere: ormlet.Condition = ormlet.exists(mine);
console.log(names.compile(ormlet.mysqlDialect).text, isThere.node.kind);`,
  prints:
    "SELECT `authors`.`name` FROM `authors` UNION ALL " +
    "(SELECT `authors`.`name` FROM `authors` LIMIT 1) extension",
};

const compound: Use = {
  code: `${author}
const names = ormlet.select(Author.c.name);
const both: unknown = ormlet.union(names, names);
const { node } = both as { readonly node: ConstructorParameters<typeof CompoundSelect>[0] };
const mine: ormlet.CompoundSelect<string> = new CompoundSelect<string>(node);
const more = ormlet.except(mine.limit(7), names);
console.log(more.toSql(ormlet.mysqlDialect).text);`,
  prints:
    "(SELECT `authors`.`name` FROM `authors` UNION SELECT `authors`.`name` FROM `authors` LIMIT 7) " +
    "EXCEPT SELECT `authors`.`name` FROM `authors`",
};

const caseUse: Use = {
  code: `${author}
const begun = ormlet.caseWhen<number>(Author.c.name.eq("Ada"), 1);
const mine: ormlet.Case<number, false> = new Case<number, false>(begun.node);
const rank = mine.when(Author.c.name.eq("Grace"), 2).else(3);
const ranks: ormlet.Executable<number> = ormlet.select(rank);
console.log(ranks.compile(ormlet.mysqlDialect).text);`,
  prints:
    "SELECT CASE WHEN `authors`.`name` = ? THEN ? WHEN `authors`.`name` = ? THEN ? ELSE ? END " +
    "FROM `authors`",
};

const aggregate: Use = {
  code: `${author}
const mine: ormlet.Aggregate<number, false> = new Aggregate<number, false>(ormlet.func.count().node);
const counts: ormlet.Executable<[number, number]> = ormlet.select(mine, mine.over()).from(Author);
console.log(counts.compile(ormlet.mysqlDialect).text);`,
  prints: "SELECT COUNT(*), COUNT(*) OVER () FROM `authors`",
};

const windowFunction: Use = {
  code: `${author}
const { node } = ormlet.func.rowNumber();
const mine: ormlet.WindowFunction<number, false> = new WindowFunction<number, false>(node);
const numbers: ormlet.Executable<number> = ormlet.select(mine.over({ orderBy: Author.c.id }));
console.log(numbers.compile(ormlet.mysqlDialect).text);`,
  prints: "SELECT ROW_NUMBER() OVER (ORDER BY `authors`.`id`) FROM `authors`",
  notTaken: "It is no expression before it has a window, and over() makes one.",
};

const alias: Use = {
  code: `${author}
const theirs = ormlet.alias(Author, "editor");
const { source } = theirs as unknown as Alias<Author, "editor", object>;
const mine: typeof theirs = new Alias(source, theirs.c, theirs.r);
const pairs = ormlet.select(Author, mine).join(mine, mine.c.id.gt(Author.c.id));
console.log(pairs.toSql(ormlet.mysqlDialect).text.replace(/.* FROM/, "FROM"));`,
  prints: "FROM `authors` JOIN `authors` AS `editor` ON `editor`.`id` > `authors`.`id`",
};

const query: Use = {
  code: `${savedAuthor}
const theirSession = new ormlet.Session(theirEngine);
const { state } = theirSession.query(Author) as unknown as Query<Author>;
const mine: ormlet.Query<Author> = new Query<Author>(state);
const grace = await mine.filterBy({ name: "Grace" }).first();
const exact: string | undefined = grace?.name;
console.log(exact, await mine.count(), await mine.limit(0).exists());
await theirSession.close();
await theirEngine.dispose();`,
  prints: "Grace 1 false",
};

/** A statement that writes: the package's engine and session send it. */
function writeUse(type: string, theirs: string, rest: string, prints: string): Use {
  return {
    code: `${savedAuthor}
const { node } = ormlet.${theirs}(Author) as unknown as { readonly node: never };
const mine: ormlet.${type} = new ${type}(node);
const theirSession = new ormlet.Session(theirEngine);
const { rowCount } = await theirSession.execute(mine${rest});
console.log(rowCount, (await theirSession.scalars(ormlet.select(Author.c.name)).all()).join());
await theirSession.commit();
await theirSession.close();
await theirEngine.dispose();`,
    prints,
  };
}

const changeStatement: Use = {
  code: `${savedAuthor}
const { node } = ormlet.deleteFrom(Author) as unknown as { readonly node: never };
const mine = new (class extends ChangeStatement {})(node);
const { rowCount } = await theirEngine.execute(mine.where(Author.c.name.eq("Grace")));
await theirEngine.dispose();
console.log(rowCount);`,
  prints: "1",
};

const writeStatement: Use = {
  code: `${savedAuthor}
const { node } = ormlet.update(Author) as unknown as { readonly node: never };
const mine = new (class extends WriteStatement {
  override toSql() {
    return { text: "DELETE FROM authors", parameters: [] };
  }
})(node);
const { rowCount } = await theirEngine.execute(mine.synchronize(false));
await theirEngine.dispose();
console.log(rowCount);`,
  prints: "1",
};

export const queryUses: Uses = {
  "query/case.ts#Case": caseUse,
  "query/compound.ts#CompoundSelect": compound,
  "query/delete-from.ts#DeleteFrom": writeUse("DeleteFrom", "deleteFrom", ".all()", "1 "),
  "query/insert.ts#Insert": writeUse(
    "Insert<typeof Author>",
    "insert",
    `.values({ name: "Ada" })`,
    "1 Grace,Ada",
  ),
  "query/query.ts#Query": query,
  "query/select.ts#SelectBase": selectBase,
  "query/select.ts#Select": select,
  "query/session.ts#Session": sessionUse("sessions.Session"),
  "query/sources.ts#Alias": alias,
  "query/update.ts#ChangeStatement": changeStatement,
  "query/update.ts#Update": writeUse(
    "Update<typeof Author>",
    "update",
    `.set({ name: "Ada" }).all()`,
    "1 Ada",
  ),
  "query/window.ts#Aggregate": aggregate,
  "query/window.ts#WindowFunction": windowFunction,
  "query/write.ts#WriteStatement": writeStatement,
};
