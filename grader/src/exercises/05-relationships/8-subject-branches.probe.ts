import type { Session } from "ormlet";
import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

interface Subject {
  id: number;
  name: string;
  parentId: number | null;
  parent: Subject | null;
  children: readonly Subject[];
}
interface Submission {
  Subject: abstract new () => Subject;
  loadTree(session: Session, root: Subject): Promise<Subject[]>;
  move(session: Session, subject: Subject, parent: Subject | null): Promise<void>;
}
type Move = { subject: number; to: number | null };

interface Scene extends Submission {
  session: Session;
  get(key: number): Promise<Subject>;
  /** The first words of the statements since the last look, but those that begin a transaction. */
  sent(): string[];
}

async function scene(context: ProbeContext, work: (scene: Scene) => Promise<Json>): Promise<Json> {
  const submission = (await context.submission()) as unknown as Submission;
  const { Subject, loadTree, move } = submission;
  const texts: string[] = [];
  const engine = context.ormlet.createEngine(context.url, {
    pool: { size: 2, timeout: 2 },
    echo: (_line, { text }) => {
      texts.push(text);
    },
  });
  const session = new context.ormlet.Session(engine);
  const sent = () =>
    texts
      .splice(0)
      .map((text) => text.split(" ")[0] as string)
      .filter((word) => word !== "BEGIN");
  const get = async (key: number) => (await session.get(Subject, key)) as Subject;
  try {
    return await work({ Subject, loadTree, move, session, get, sent });
  } finally {
    await session.close();
    await engine.dispose();
  }
}

const names = (subjects: readonly Subject[]) => subjects.map(({ name }) => name);

/** Loads a tree, and reads the children of all of its subjects. */
const tree = (context: ProbeContext) =>
  scene(context, async ({ loadTree, session, get, sent }) => {
    const root = await get((context.input as { root: number }).root);
    sent();
    const subjects = await loadTree(session, root);
    const statements = sent().length;
    const children = subjects.map((one) => `${one.name}: ${names(one.children).join(", ")}`);
    return { names: names(subjects), children, isRoot: subjects[0] === root, statements };
  });

const probes: Probes = {
  "gives the tree level by level": async (context) => {
    const { names: found, isRoot } = (await tree(context)) as { names: string[]; isRoot: boolean };
    return { names: found, isRoot };
  },
  "has the children of every subject in memory": async (context) => {
    const { children } = (await tree(context)) as { children: string[] };
    return children;
  },
  "takes one statement for each level": async (context) => {
    const { statements } = (await tree(context)) as { statements: number };
    return statements;
  },
  "moves a subject with all that is below it": (context) =>
    scene(context, async ({ loadTree, move, session, get }) => {
      const { root, moves } = context.input as { root: number; moves: Move[] };
      await loadTree(session, await get(root));
      for (const { subject, to } of moves) {
        await move(session, await get(subject), to === null ? null : await get(to));
      }
      const top = await get(root);
      const found = [top];
      for (const one of found) found.push(...one.children);
      return names(found).sort();
    }),
  "refuses to move a subject below itself": (context) =>
    scene(context, async ({ move, session, get, sent }) => {
      const { moves } = context.input as { moves: Move[] };
      const outcomes: Json[] = [];
      for (const { subject, to } of moves) {
        const [one, other] = [await get(subject), await get(to as number)];
        sent();
        const outcome = await move(session, one, other).then(
          () => "moved",
          (error) => (error instanceof RangeError ? "RangeError" : `another error: ${error?.name}`),
        );
        await session.flush();
        outcomes.push({ outcome, wrote: sent().some((word) => word === "UPDATE") });
      }
      await session.commit();
      return outcomes;
    }),
  "looks up, not down": (context) =>
    scene(context, async ({ move, session, get, sent }) => {
      const { moves } = context.input as { moves: Move[] };
      const counts: number[] = [];
      for (const { subject, to } of moves) {
        const [one, other] = [await get(subject), await get(to as number)];
        sent();
        await move(session, one, other);
        const words = sent();
        counts.push(words.filter((word) => word === "SELECT").length);
        counts.push(words.filter((word) => word === "UPDATE").length);
        await session.close();
      }
      return counts;
    }),
  "keeps the children of both parents right": (context) =>
    scene(context, async ({ loadTree, move, session, get }) => {
      const { root, moves } = context.input as { root: number; moves: Move[] };
      await loadTree(session, await get(root));
      const seen: Json[] = [];
      for (const { subject, to } of moves) {
        const one = await get(subject);
        const from = one.parent;
        const parent = to === null ? null : await get(to);
        await move(session, one, parent);
        seen.push([
          from?.children.includes(one) ?? false,
          parent?.children.includes(one) ?? true,
          one.parent === parent,
          one.parentId === to,
          session.inTransaction,
        ]);
      }
      return seen;
    }),
};

export default probes;
