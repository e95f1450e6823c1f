import type { Column, Instance, Mapper } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `session/identity-map.ts` that is asked for here. */
interface IdentityMapModule {
  keyPart(column: Column, value: unknown): unknown;
  findIdentity(map: IdentityMap, mapper: Mapper, values: unknown[]): Instance | undefined;
  putIdentity(map: IdentityMap, instance: Instance): void;
  dropIdentity(map: IdentityMap, instance: Instance): void;
}
type IdentityMap = Map<Mapper, Map<unknown, object>>;
type Marked = { bigint?: string; bytes?: string; time?: number; isbn?: string };
/** Names a class, and gives the values of its key. */
type Row = { of: keyof ReturnType<typeof library>; key: Json[] };

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as IdentityMapModule;

/** A value that JSON cannot carry is marked: `{ bytes: "00ff" }`. Each call gives a new object. */
function revive(value: Json): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { bigint, bytes, time, isbn } = value as Marked;
  if (bigint !== undefined) return BigInt(bigint);
  if (bytes !== undefined) return new Uint8Array(Buffer.from(bytes, "hex"));
  if (time !== undefined) return new Date(time);
  return isbn === undefined ? undefined : { isbn };
}

/** Classes with keys of many kinds. */
function library({ ormlet }: ProbeContext) {
  const { bigint, binary, datetime, declarativeBase, integer, varchar } = ormlet;
  const Base = declarativeBase();
  const isbn = varchar(20).convert({
    toDatabase: (book: { isbn: string }) => book.isbn,
    fromDatabase: (text) => ({ isbn: text }),
  });
  return {
    Member: class Member extends Base.mapped("members", {
      note: varchar(50).nullable(),
      id: integer().primaryKey(),
    }) {},
    Book: class Book extends Base.mapped("books", { id: integer().primaryKey() }) {},
    Loan: class Loan extends Base.mapped("loans", {
      memberId: integer().primaryKey(),
      note: varchar(50).nullable(),
      copyId: integer().primaryKey(),
    }) {},
    Shelf: class Shelf extends Base.mapped("shelves", {
      room: varchar(50).primaryKey(),
      name: varchar(50).primaryKey(),
    }) {},
    Card: class Card extends Base.mapped("cards", { number: bigint().primaryKey() }) {},
    Scan: class Scan extends Base.mapped("scans", { hash: binary(16).primaryKey() }) {},
    Visit: class Visit extends Base.mapped("visits", { at: datetime().primaryKey() }) {},
    Edition: class Edition extends Base.mapped("editions", { isbn: isbn.primaryKey() }) {},
    Stamp: class Stamp extends Base.mapped("stamps", {
      card: bigint().primaryKey(),
      at: datetime().primaryKey(),
      hash: binary(16).primaryKey(),
    }) {},
  };
}

const mapperOf = (entity: unknown): Mapper =>
  (entity as Record<symbol, Mapper>)[Symbol.for("ormlet.mapper")] as Mapper;

/** The values of a row of a class with this key, in table order; nothing else is known of it. */
function valuesOf(mapper: Mapper, key: Json[]): unknown[] {
  const { columns, primaryKey } = mapper.table;
  const values: unknown[] = columns.map(() => undefined);
  for (const [index, { position }] of primaryKey.entries()) {
    values[position] = revive(key[index] ?? {});
  }
  return values;
}

/** Puts an object for each row into a map, and looks for rows: which object is found for each, or nothing. */
async function putAndFind(context: ProbeContext): Promise<Json> {
  const { findIdentity, putIdentity } = await load(context);
  const { put, find } = context.input as { put: Row[]; find: Row[] };
  const classes = library(context);
  const identities: IdentityMap = new Map();
  const instances = put.map((row) => {
    const mapper = mapperOf(classes[row.of]);
    return mapper.make(valuesOf(mapper, row.key));
  });
  for (const instance of instances) putIdentity(identities, instance);
  const found = find.map((row) => {
    const mapper = mapperOf(classes[row.of]);
    const instance = findIdentity(identities, mapper, valuesOf(mapper, row.key));
    const which = instance === undefined ? "nothing" : `object ${instances.indexOf(instance)}`;
    return `${row.of} ${JSON.stringify(row.key)}: ${which}`;
  });
  const sizes = [...identities.values()].map(({ size }) => size);
  return { found, kept: sizes.reduce((sum, size) => sum + size, 0) };
}

const probes: Probes = {
  "finds the object of a row": putAndFind,
  "keeps the classes apart": putAndFind,
  "keeps keys of two columns apart": putAndFind,
  "keeps texts apart, whatever stands in them": putAndFind,
  "finds objects by times, bytes and long numbers": putAndFind,
  "leaves out an object whose key is not known yet": putAndFind,
  "tells null from what is not known": async (context) => {
    const { keyPart } = await load(context);
    const { Member, Visit } = library(context);
    const columns = [Member, Visit].flatMap((entity) => mapperOf(entity).table.columns);
    return columns.map((column) => {
      const part = (value: unknown) => {
        const kept = keyPart(column, value);
        return kept === undefined ? "undefined" : (kept as Json);
      };
      return [column.name, part(null), part(undefined)];
    });
  },
  "lets go of the object itself, and of no other": async (context) => {
    const { findIdentity, putIdentity, dropIdentity } = await load(context);
    const mapper = mapperOf(library(context).Loan);
    const { key, other } = context.input as { key: Json[]; other: Json[] };
    const [kept, twin, stranger] = [key, key, other].map((one) =>
      mapper.make(valuesOf(mapper, one)),
    ) as [Instance, Instance, Instance];
    const identities: IdentityMap = new Map();
    const isThere = () => findIdentity(identities, mapper, valuesOf(mapper, key)) === kept;
    dropIdentity(identities, kept);
    putIdentity(identities, kept);
    const before = isThere();
    for (const one of [twin, stranger, mapper.make(valuesOf(mapper, []))]) {
      dropIdentity(identities, one);
    }
    const between = isThere();
    dropIdentity(identities, kept);
    return [before, between, isThere()];
  },
  "gives one object for one row of MySQL": async (context) => {
    await load(context);
    const { createEngine, Session } = context.ormlet;
    const { ids, hash, at } = context.input as { ids: number[]; hash: string; at: number };
    const { Member, Loan, Scan, Visit } = library(context);
    const [first, second, third] = ids as [number, number, number];
    const bytes = () => revive({ bytes: hash }) as Uint8Array;
    const time = () => new Date(at);
    let selects = 0;
    const engine = createEngine(context.url, {
      echo: (_line, { text }) => {
        if (/^SELECT .* FROM `(members|loans|scans|visits)`/.test(text)) selects += 1;
      },
    });
    const session = new Session(engine);
    try {
      await mapperOf(Member).registry.metadata.createAll(engine);
      const member = new Member({ id: first });
      const scan = new Scan({ hash: bytes() });
      session.addAll([member, scan, new Loan({ memberId: first, copyId: second })]);
      session.addAll([new Member({ id: second }), new Visit({ at: time() })]);
      await session.commit();
      const same = [
        (await session.get(Member, first)) === member,
        (await session.get(Scan, bytes())) === scan,
      ];
      await session.close();
      const [loan, visit] = [
        await session.get(Loan, [first, second]),
        await session.get(Visit, time()),
      ];
      same.push(
        loan !== null && (await session.get(Loan, { copyId: second, memberId: first })) === loan,
        visit !== null && (await session.get(Visit, time())) === visit,
      );
      const twice = [session.get(Member, second), session.get(Member, second)];
      const [one, other] = await Promise.all(twice);
      same.push(one !== null && one === other);
      const nobody = await session.get(Member, third);
      const leaving = await session.get(Member, second);
      if (leaving !== null) session.delete(leaving);
      await session.flush();
      const gone = [nobody, await session.get(Member, second)] as Json[];
      return { same, selects, gone };
    } finally {
      await session.close();
      await engine.dispose();
    }
  },
};

export default probes;
