import type { DriverConnection } from "../../src/engine/driver.js";
import { mysqlDialect } from "../../src/engine/index.js";

/**
 * A driver's connection that only the pool's own tests use: it can be lost, and can fail to answer, at a word.
 * All that touches SQL is tested against MySQL.
 */
export class FakeConnection implements DriverConnection {
  static count = 0;
  readonly id = ++FakeConnection.count;
  alive = true;
  inTransaction = false;
  answers = true;
  pings = 0;
  closed = false;

  async run(): Promise<never> {
    throw new Error(`no ${mysqlDialect.name} behind this`);
  }
  // biome-ignore lint/correctness/useYield: it fails before
  async *stream(): AsyncGenerator<never> {
    throw new Error(`no ${mysqlDialect.name} behind this`);
  }
  async ping(): Promise<void> {
    this.pings += 1;
    if (!this.answers) throw new Error("no answer");
  }
  async close(): Promise<void> {
    this.closed = true;
    this.alive = false;
  }
  destroy(): void {
    this.closed = true;
    this.alive = false;
  }
}
