import type { AnyMappedObject, Mapper, Table } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

type Column = Table["columns"][number];
type ForeignKey = Table["foreignKeys"][number];
type Relationship = Mapper["relationships"] extends ReadonlyMap<string, infer R> ? R : never;
interface Pair {
  child: Column;
  parent: Column;
}
interface Found {
  side: string;
  child: Mapper;
  parent: Mapper;
  columns: readonly Pair[];
}
/** The module `mapping/relationship-keys.ts`. */
interface Keys {
  foreignKeyOf(mapper: Mapper, relationship: Relationship): Found;
  sidesOf(mapper: Mapper, target: Mapper, relationship: Relationship): readonly string[];
  foreignKeysTo(
    table: Table,
    parent: Mapper,
    properties?: string | readonly string[],
  ): readonly ForeignKey[];
  keyPairs(table: Table, key: ForeignKey, parent: Table): readonly Pair[];
}

const load = async (context: ProbeContext) => (await context.submission()) as unknown as Keys;

const mapperOf = (entity: unknown): Mapper =>
  (entity as Record<symbol, Mapper>)[Symbol.for("ormlet.mapper")] as Mapper;

type Base = ReturnType<ProbeContext["ormlet"]["declarativeBase"]>;

/** `Base.mapped` without its types: here the names of the properties are only known when the test runs. */
const mapperFrom = (base: Base) =>
  base.mapped as unknown as (
    table: string,
    declarations: object,
    options?: object,
  ) => new (
    values?: object,
  ) => AnyMappedObject;

/** A newspaper of letters; the columns of its foreign keys have names that differ from run to run. */
function newspaper({ ormlet }: ProbeContext, names: Record<string, string>) {
  const { declarativeBase, integer, manyToOne, oneToMany, oneToOne, varchar } = ormlet;
  const { from = "from", to = "to", page = "page", twin = "twin" } = names;
  const mapped = mapperFrom(declarativeBase());
  const id = () => integer().primaryKey();
  class Person extends mapped("people", {
    id: id(),
    name: varchar(50),
    sent: oneToMany("Letter", { foreignKey: from }),
    got: oneToMany("Letter", { foreignKey: [to] }),
    all: oneToMany("Letter"),
    badge: oneToOne("Badge"),
    pages: oneToMany("Page"),
  }) {}
  class Letter extends mapped(
    "letters",
    {
      id: id(),
      [from]: integer().references("people.id"),
      [to]: integer().references("people.id"),
      [page]: integer().nullable().named("on_page"),
      issue: integer().nullable(),
      sender: manyToOne("Person", { foreignKey: from }),
      anybody: manyToOne("Person"),
      wrong: manyToOne("Person", { foreignKey: page }),
      page: manyToOne("Page"),
      pageAgain: manyToOne("Page", { foreignKey: ["issue", page] }),
      pageTurned: manyToOne("Page", { foreignKey: [page, "issue"] }),
    },
    {
      foreignKeys: [{ columns: ["issue", page], references: ["pages.issue", "pages.number"] }],
    },
  ) {}
  class Page extends mapped("pages", {
    number: integer().primaryKey(),
    issue: integer().primaryKey(),
    letters: oneToMany("Letter"),
  }) {}
  class Badge extends mapped("badges", {
    id: id(),
    [from]: integer().references("people.id"),
    [twin]: integer().nullable().references("badges.id"),
    owner: oneToOne("Person"),
    copy: oneToOne("Badge", { foreignKey: twin }),
    original: oneToOne("Badge"),
    next: manyToOne("Badge"),
    earlier: oneToMany("Badge"),
  }) {}
  return { Person, Letter, Page, Badge };
}

/** The classes as mappers. `Base.configure` would ask what the tests ask; an object of each tells its name too. */
function mappers(context: ProbeContext, names: Record<string, string>): Record<string, Mapper> {
  const classes: Record<string, new () => object> = newspaper(context, names);
  for (const entity of Object.values(classes)) new entity();
  return Object.fromEntries(
    Object.entries(classes).map(([name, entity]) => [name, mapperOf(entity)]),
  );
}

interface Given {
  names: Record<string, string>;
  ask: string[];
}

function asked(all: Record<string, Mapper>, path: string): [Mapper, Relationship] {
  const [of = "", property = ""] = path.split(".");
  const mapper = all[of] as Mapper;
  return [mapper, mapper.relationships.get(property) as Relationship];
}

const pairText = ({ child, parent }: Pair) => `${child.name} = ${parent.name}`;

/** The foreign key of each relationship as a text, or the code and the message of the error. */
async function found(context: ProbeContext): Promise<Json> {
  const { foreignKeyOf } = await load(context);
  const { names, ask } = context.input as unknown as Given;
  const all = mappers(context, names);
  return ask.map((path) => {
    try {
      const { side, child, parent, columns } = foreignKeyOf(...asked(all, path));
      return `${side}: ${child.name} to ${parent.name}, ${columns.map(pairText).join(", ")}`;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      return `${code}: ${message.split("\n")[0]}`;
    }
  });
}

const probes: Probes = {
  "pairs the columns of a foreign key": async (context) => {
    const { keyPairs } = await load(context);
    const { Letter, Page, Person } = mappers(context, context.input as never) as Record<
      "Letter" | "Page" | "Person",
      Mapper
    >;
    return Letter.table.foreignKeys.map((key) => {
      const parent = key.table === "pages" ? Page.table : Person.table;
      return keyPairs(Letter.table, key, parent).map(pairText);
    });
  },
  "finds the foreign keys that lead to a class": async (context) => {
    const { foreignKeysTo } = await load(context);
    const { names, ask } = context.input as { names: Record<string, string>; ask: Json[][] };
    const all = mappers(context, names);
    return ask.map(([table, parent, properties]) => {
      const mapper = all[table as string] as Mapper;
      const keys = foreignKeysTo(
        mapper.table,
        all[parent as string] as Mapper,
        (properties ?? undefined) as string[] | undefined,
      );
      return keys.map(({ columns }) => columns.join());
    });
  },
  "says on which side to look": async (context) => {
    const { sidesOf } = await load(context);
    const { names, ask } = context.input as unknown as Given;
    const all = mappers(context, names);
    return ask.map((path) => {
      const [mapper, relationship] = asked(all, path);
      return [...sidesOf(mapper, all[relationship.target] as Mapper, relationship)];
    });
  },
  "finds the one that holds a relationship": found,
  "refuses none, and several": found,
  "tells keys apart by their properties": found,
  "finds each only once": async (context) => {
    const { foreignKeyOf } = await load(context);
    const { names, ask } = context.input as unknown as Given;
    const all = mappers(context, names);
    return ask.map((path) => {
      const first = foreignKeyOf(...asked(all, path));
      return foreignKeyOf(...asked(all, path)) === first;
    });
  },
  "loads related objects from MySQL": async (context) => {
    await load(context);
    const { createEngine, declarativeBase, integer, manyToOne, oneToMany, Session, varchar } =
      context.ormlet;
    const { from, to } = context.input as { from: string; to: string };
    const Base = declarativeBase();
    const mapped = mapperFrom(Base);
    class Sender extends mapped("senders", {
      id: integer().primaryKey(),
      name: varchar(50),
      sent: oneToMany("Note", { foreignKey: from, backPopulates: "sender" }),
    }) {}
    class Note extends mapped("notes", {
      id: integer().primaryKey(),
      [from]: integer().references("senders.id"),
      [to]: integer().references("senders.id"),
      sender: manyToOne("Sender", { foreignKey: from, backPopulates: "sent" }),
      receiver: manyToOne("Sender", { foreignKey: to }),
    }) {}
    Base.configure(Sender, Note);
    const engine = createEngine(context.url);
    try {
      await Base.metadata.createAll(engine);
      const session = new Session(engine);
      const [ada, grace] = ["Ada", "Grace"].map((name) => new Sender({ name }));
      const note = new Note({ sender: ada, receiver: grace });
      session.add(note);
      await session.commit();
      await session.close();
      return null;
    } finally {
      await engine.dispose();
    }
  },
};

export default probes;
