import type { Engine, Instance, Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

/** The part of the module `session/snapshot.ts` that is asked for here. */
interface SnapshotModule {
  takeSnapshot(instance: Instance): { values: unknown[]; state: string };
  restoreValues(instance: Instance, snapshot: { values: unknown[]; state: string }): void;
}
type Given = { id: number; name: string; phone: string; joined: number };

const load = async (context: ProbeContext) =>
  (await context.submission()) as unknown as SnapshotModule;

const instanceOf = (object: object): Instance =>
  (object as Record<symbol, Instance>)[Symbol.for("ormlet.instance")] as Instance;

function library({ ormlet }: ProbeContext) {
  const { binary, datetime, declarativeBase, integer, manyToOne, oneToMany, varchar } = ormlet;
  const Base = declarativeBase();
  class Member extends Base.mapped("members", {
    id: integer().primaryKey(),
    name: varchar(50),
    phone: varchar(50).nullable(),
    joined: datetime().nullable(),
    photo: binary(20).nullable(),
    loans: oneToMany<Loan>("Loan", { backPopulates: "member" }),
  }) {}
  class Loan extends Base.mapped("loans", {
    id: integer().primaryKey(),
    title: varchar(50),
    memberId: integer().references("members.id"),
    member: manyToOne<Member>("Member", { backPopulates: "loans" }),
  }) {}
  Base.configure(Member, Loan);
  return { Base, Member, Loan };
}
type Member = InstanceType<ReturnType<typeof library>["Member"]>;

/** An object that counts as loaded, without a session. */
function storedMember(context: ProbeContext, photo: Uint8Array | null = null): Member {
  const { id, name, phone, joined } = context.input as Given;
  const { Member } = library(context);
  const { mapper } = instanceOf(new Member({ name }));
  const instance = mapper.make([id, name, phone, new Date(joined), photo]);
  instance.state = "persistent";
  return instance.object as Member;
}

const seconds = (date: unknown) => (date instanceof Date ? date.getTime() / 1000 : null);

interface Scene extends ReturnType<typeof library> {
  session: Session;
  engine: Engine;
  stateOf(object: object): string;
}

/** A session on members with these keys and names. */
async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  await load(context);
  const { createEngine, inspect, Session } = context.ormlet;
  const engine = createEngine(context.url, { pool: { size: 3, timeout: 2 } });
  const session = new Session(engine);
  try {
    const stateOf = (object: object) => inspect(object).state;
    return await work({ ...library(context), session, engine, stateOf });
  } finally {
    await session.close();
    await engine.dispose();
  }
}

/** How many objects the next flush would look at. */
const touchedIn = (session: Session) =>
  (session as unknown as { state: { touched: Set<Instance> } }).state.touched.size;

const counts = (session: Session) => [
  session.new.length,
  session.dirty.length,
  session.deleted.length,
];

const probes: Probes = {
  "gives an object back what it was": async (context) => {
    const { takeSnapshot, restoreValues } = await load(context);
    const member = storedMember(context);
    const instance = instanceOf(member);
    member.name = "changed once";
    const snapshot = takeSnapshot(instance);
    member.name = "changed twice";
    member.phone = null;
    instance.state = "deleted";
    const owner = { touched: () => {} };
    instance.owner = owner;
    const { values, state } = snapshot;
    const kept = { name: values[1] as Json, phone: values[2] as Json, state };
    restoreValues(instance, snapshot);
    const { name, phone } = member;
    const before = [...(instance.before ?? [])] as Json[];
    return {
      kept,
      now: { name, phone },
      before,
      state: instance.state,
      owned: instance.owner === owner,
    };
  },
  "gives a value that was edited in place back as it was": async (context) => {
    const { takeSnapshot, restoreValues } = await load(context);
    const { joined } = context.input as Given;
    const early = storedMember(context, Uint8Array.of(1, 2));
    // Handed out and edited before the snapshot: only the copy in handedOut knows what it was.
    early.joined?.setTime(0);
    const first = takeSnapshot(instanceOf(early));
    restoreValues(instanceOf(early), first);
    const handedOut = instanceOf(early).handedOut === undefined;
    const late = storedMember(context, Uint8Array.of(1, 2));
    const second = takeSnapshot(instanceOf(late));
    late.joined?.setTime(0);
    if (late.photo !== null) late.photo[0] = 9;
    restoreValues(instanceOf(late), second);
    const none = storedMember(context);
    none.joined = null;
    const third = takeSnapshot(instanceOf(none));
    none.joined = new Date(joined);
    restoreValues(instanceOf(none), third);
    return {
      joined: [early, late, none].map((member) => seconds(member.joined)),
      handedOut,
      photo: [...(late.photo ?? [])],
    };
  },
  "copies a value as it is where the row's is not asked for": async (context) => {
    const { takeSnapshot, restoreValues } = await load(context);
    const { times, ...values } = context.input as Given & { times: [number, number, number] };
    const [edited, later, last] = times;
    const { Member } = library(context);
    /** Takes a snapshot of a member, changes its Date in one way or the other, and gives it back. */
    const thereAndBack = (member: Member) => {
      const instance = instanceOf(member);
      const snapshot = takeSnapshot(instance);
      member.joined?.setTime(later);
      member.joined = new Date(last);
      restoreValues(instance, snapshot);
      return seconds(member.joined);
    };
    const made = () => new Member({ name: values.name, joined: new Date(values.joined) } as never);
    const transient = made();
    transient.joined?.setTime(edited);
    const pending = made();
    instanceOf(pending).state = "pending";
    pending.joined?.setTime(edited);
    const replaced = storedMember(context);
    replaced.joined?.setTime(later);
    replaced.joined = new Date(edited);
    const set = storedMember(context);
    set.joined = new Date(later);
    set.joined.setTime(edited);
    const emptied = storedMember(context);
    emptied.joined?.setTime(later);
    emptied.joined = null;
    return {
      "new, and edited": thereAndBack(transient),
      "added, and edited": thereAndBack(pending),
      "read, then set": thereAndBack(replaced),
      "set, then edited": thereAndBack(set),
      "read, then set to null": thereAndBack(emptied),
    };
  },
  "rolls back what happened to the objects of a session": (context) =>
    scene(context, async ({ session, Member, stateOf }) => {
      const [one, two, three] = (context.input as { ids: number[] }).ids as [
        number,
        number,
        number,
      ];
      const get = async (id: number) => (await session.get(Member, id)) as Member;
      const changed = await get(one);
      const deleted = await get(two);
      const left = await get(three);
      const added = new Member({ name: "added" });
      changed.name = "changed";
      session.delete(deleted);
      session.expunge(left);
      session.add(added);
      await session.flush();
      const key = added.id;
      changed.phone = "555";
      session.delete(changed);
      session.add(new Member({ name: "late" }));
      const flushed = [changed, deleted, left, added].map(stateOf);
      await session.rollback();
      const again = [await get(one), await get(two), await get(three)];
      return {
        flushed,
        states: [changed, deleted, left, added].map(stateOf),
        names: [changed, deleted, left, added].map(({ name }) => name),
        phone: changed.phone,
        known: added.id !== undefined,
        same: again.map((member, at) => member === [changed, deleted, left][at]),
        counts: counts(session),
        touched: touchedIn(session),
        ghost: (await session.get(Member, key)) !== null,
      };
    }),
  "gives a collection back what it held": async (context) => {
    const { takeSnapshot, restoreValues } = await load(context);
    const { Member, Loan } = library(context);
    const { titles } = context.input as { titles: [string, string, string] };
    const [one, two, three] = titles.map((title) => new Loan({ title } as never));
    const member = new Member({ name: "x", loans: [one, two] as never });
    const { loans } = member;
    const snapshot = takeSnapshot(instanceOf(member));
    loans.push(three as never);
    loans.shift();
    restoreValues(instanceOf(member), snapshot);
    return { isSame: member.loans === loans, titles: member.loans.map(({ title }) => title) };
  },
  "lets an object go, and takes it in again": (context) =>
    scene(context, async ({ session, Member, stateOf }) => {
      const { select } = context.ormlet;
      const { names, joined } = context.input as { names: string[]; joined: number };
      const members = await session.scalars(select(Member).orderBy(Member.c.id)).all();
      const [one, two, three] = members as [Member, Member, Member];
      const added = new Member({ name: "added" });
      session.add(added);
      one.name = names[0] as string;
      session.expunge(one);
      session.expunge(added);
      const gone = [one, added].map((object) => {
        const { owner, siblings } = instanceOf(object);
        return [
          stateOf(object),
          owner === undefined,
          siblings === undefined,
          session.contains(object),
        ];
      });
      session.delete(three);
      session.expunge(three);
      const after = counts(session);
      // Handed out and edited while nobody listened.
      session.expunge(two);
      two.joined?.setTime(joined);
      session.addAll([one, two]);
      const back = [stateOf(one), stateOf(two), (await session.get(Member, one.id)) === one];
      const dirty = session.dirty.length;
      // Nothing has changed in this one.
      const touched = touchedIn(session);
      session.add(three);
      const more = touchedIn(session) - touched;
      // A new object with a key of its own is inserted before it can be found.
      const keyed = new Member({ id: three.id + 100, name: names[2] as string });
      session.add(keyed);
      const found = (await session.get(Member, keyed.id)) === keyed && stateOf(keyed);
      await session.commit();
      // Deleted for good: the commit lets it go.
      const doomed = new Member({ name: "doomed" });
      session.add(doomed);
      await session.commit();
      session.delete(doomed);
      await session.flush();
      const deleted = [stateOf(doomed)];
      await session.commit();
      deleted.push(stateOf(doomed));
      return { gone, after, back, dirty, more, found, deleted };
    }),
  "goes back to a savepoint, and further": (context) =>
    scene(context, async ({ session, Member, stateOf }) => {
      const [id] = (context.input as { ids: [number] }).ids;
      const member = (await session.get(Member, id)) as Member;
      const before = member.name;
      const names: string[] = [];
      member.name = "first";
      await session
        .beginNested(async () => {
          member.name = "second";
          await session.flush();
          session.delete(member);
          await session.flush();
          throw new Error("no");
        })
        .catch(() => {});
      names.push(member.name);
      const inside = [stateOf(member), session.contains(member)];
      await session.rollback();
      names.push(member.name);
      return { names: [...names, before], inside, counts: counts(session) };
    }),
  "brings back the object whose key another one took": (context) =>
    scene(context, async ({ session, Member, stateOf }) => {
      const [id] = (context.input as { ids: [number] }).ids;
      const old = (await session.get(Member, id)) as Member;
      session.delete(old);
      await session.flush();
      const heir = new Member({ id, name: "heir" });
      session.add(heir);
      await session.flush();
      const between = (await session.get(Member, id)) === heir;
      await session.rollback();
      return {
        between,
        states: [stateOf(old), stateOf(heir)],
        isOld: (await session.get(Member, id)) === old,
        contains: [session.contains(old), session.contains(heir)],
      };
    }),
  "leaves alone what is another session's by now": (context) =>
    scene(context, async ({ session, engine, Member, stateOf }) => {
      const { Session } = context.ormlet;
      const [id] = (context.input as { ids: [number] }).ids;
      const member = (await session.get(Member, id)) as Member;
      member.phone = "555";
      session.expunge(member);
      const other = new Session(engine);
      other.add(member);
      member.name = "theirs";
      await session.rollback();
      const seen = {
        state: stateOf(member),
        name: member.name,
        theirs: other.contains(member) && other.dirty.length === 1,
        ours: session.contains(member),
      };
      await other.close();
      return seen;
    }),
};

export default probes;
