import { run } from "../../src/engine/connection.js";
import {
  type Connection,
  createEngine,
  type Engine,
  type SqlValue,
  sql,
} from "../../src/engine/index.js";
import { type Instance, instanceOf } from "../../src/mapping/instance.js";
import type { Metadata } from "../../src/mapping/metadata.js";
import type { Column } from "../../src/mapping/table.js";
import type { RowDependency, Work } from "../../src/session/plan.js";
import { runPlan } from "../../src/session/run-plan.js";
import { planFlush } from "../../src/session/unit-of-work.js";
import type { Suite } from "../suite.js";
import { testDatabase } from "../support.js";

/** A statement that a flush sent: its text, then its parameters. */
export type Sent = readonly [text: string, ...parameters: SqlValue[]];

/** A database, and one connection on which flushes can be run without a session. */
export interface FlushBench {
  engine: Engine;
  connection: Connection;
  /** What the last flush sent. */
  sent: Sent[];
  /** Plans and runs the work, as a session would. */
  flush(work: Partial<Record<keyof Work, readonly unknown[]>>): Promise<void>;
  /** Rows of a raw statement. */
  rows(text: string): Promise<Record<string, unknown>[]>;
}

export function flushBench(test: Suite, metadata: () => Metadata): FlushBench {
  const database = testDatabase(test);
  const bench: FlushBench = {
    sent: [],
    async flush(work) {
      bench.sent = [];
      const { state, dialect } = bench.connection;
      const plan = planFlush(toWork(work));
      await runPlan(plan, {
        dialect,
        run(compiled) {
          bench.sent.push([compiled.text, ...compiled.parameters]);
          return run(state, compiled);
        },
      });
      for (const object of work.inserts ?? []) instanceOf(object).state = "persistent";
    },
    rows: async (text) => bench.connection.execute(sql(Object.assign([text], { raw: [text] }))),
  } as Partial<FlushBench> as FlushBench;
  test.before(async () => {
    bench.engine = createEngine(database.url, { pool: { size: 3 } });
    bench.connection = await bench.engine.connect();
    await metadata().createAll(bench.engine);
  });
  test.after(async () => {
    await bench.connection.close();
    await bench.engine.dispose();
  });
  return bench;
}

/** Work of objects, or of instances, whatever is given. */
export function toWork(work: Partial<Record<keyof Work, readonly unknown[]>>): Work {
  const instances = (objects: readonly unknown[] = []) =>
    objects.map((object) => instanceOf(object));
  return {
    inserts: instances(work.inserts),
    updates: instances(work.updates),
    deletes: instances(work.deletes),
    dependencies: (work.dependencies ?? []) as Work["dependencies"],
    links: (work.links ?? []) as Work["links"],
  };
}

/** The foreign key of `child` in `property`, which takes the primary key of `parent`. */
export function depends(child: object, property: string, parent: object | null): RowDependency {
  const instance = instanceOf(child);
  const target = parent === null ? null : instanceOf(parent);
  const column = (of: Instance, name: string) => of.mapper.properties.get(name) as Column;
  const key = (target ?? instance).mapper.table.primaryKey[0] as Column;
  const columns = [{ child: column(instance, property), parent: key }];
  return { child: instance, parent: target, columns };
}

/** What the server is asked once in a flush, before it gives several keys or gets much. */
export const SETTINGS =
  "SELECT @@auto_increment_increment, @@max_allowed_packet, " +
  "(SELECT JSON_ARRAYAGG(LOWER(event_object_table)) FROM information_schema.triggers " +
  "WHERE event_object_schema = DATABASE() AND action_timing = 'BEFORE' AND event_manipulation = 'INSERT')";
