import {
  createEngine,
  type DriverConnection,
  Engine,
  OperationalError,
  type PoolOptions,
  parseUrl,
} from "../../src/engine/index.js";
import { mysqlDriver } from "../../src/engine/mysql-driver.js";
import { createPool } from "../../src/engine/pool.js";
import {
  datetime,
  declarativeBase,
  integer,
  json,
  manyToOne,
  now,
  oneToMany,
  varchar,
} from "../../src/mapping/index.js";

export const Base = declarativeBase();

export class Member extends Base.mapped("members", {
  id: integer().primaryKey(),
  name: varchar(100),
  email: varchar(150).nullable().unique(),
  joinedAt: datetime().default(now()),
  seenAt: datetime().nullable(),
  settings: json<{ theme: string }>().nullable(),
  loans: oneToMany<Loan>("Loan", { backPopulates: "member" }),
}) {
  get initial(): string {
    return this.name.charAt(0);
  }
}

/** A key of two columns, neither of them made by the server. */
export class Loan extends Base.mapped("loans", {
  memberId: integer().primaryKey().references("members.id"),
  copyId: integer().primaryKey(),
  note: varchar(100).default("none"),
  member: manyToOne<Member>("Member", { backPopulates: "loans" }),
}) {}

/** A key that is text. */
export class Shelf extends Base.mapped("shelves", {
  code: varchar(10).primaryKey(),
  room: integer(),
}) {}

Base.configure(Member, Loan, Shelf);

export interface Recorded {
  readonly engine: Engine;
  /** The statements that were sent since the last call. */
  readonly sent: () => string[];
}

/** An engine that keeps the text of what it sends. */
export function recorded(url: string, pool: PoolOptions = {}): Recorded {
  const texts: string[] = [];
  const engine = createEngine(url, { echo: (_line, { text }) => texts.push(text), pool });
  return { engine, sent: () => texts.splice(0) };
}

/** An engine whose driver fails for the texts in `failing`, before they are sent. */
export function unreliable(url: string): { engine: Engine; failing: Set<string> } {
  const failing = new Set<string>();
  const driver = mysqlDriver(parseUrl(url));
  const connect = async (): Promise<DriverConnection> => {
    const real = await driver.connect();
    const run: DriverConnection["run"] = (text, ...rest) => {
      if (!failing.has(text)) return real.run(text, ...rest);
      return Promise.reject(new OperationalError(`no ${text}`, { code: "test" }));
    };
    return Object.create(real, { run: { value: run } });
  };
  const state = { driver: { ...driver, connect }, pool: createPool(connect), echo: false };
  return { engine: new Engine(url, state), failing };
}
