/**
 * A process that keeps a mysql-memory-server alive between commands: the package ends its MySQL
 * with the process that started it. Started by memory-server.ts, ended by SIGTERM, and by itself
 * when its MySQL is gone.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createDB } from "mysql-memory-server";
import { rows, withConnection } from "./connect.js";
import type { KeeperAnswer, KeeperOrder } from "./memory-server.js";

process.once("message", async (message) => {
  const { password, version } = message as KeeperOrder;
  try {
    const database = await createDB({
      ...(version === null ? {} : { version, ignoreUnsupportedSystemVersion: true }),
      xEnabled: "OFF",
      initSQLString: [
        "SET GLOBAL general_log = OFF;",
        `ALTER USER 'root'@'localhost' IDENTIFIED BY '${password}';`,
      ].join("\n"),
    });
    const url = `mysql://root:${password}@127.0.0.1:${database.port}`;
    const [places] = await withConnection(url, (connection) =>
      rows(connection, "SELECT @@pid_file AS file, @@datadir AS data"),
    );
    const mysqld = Number.parseInt(await readFile(String(places?.file), "utf8"), 10);
    const folder = resolve(String(places?.data), "..");
    const end = async () => {
      await database.stop().catch(() => {});
      process.exit(0);
    };
    process.once("SIGTERM", end);
    setInterval(() => {
      try {
        process.kill(mysqld, 0);
      } catch {
        process.exit(0); // There is nothing to stop; the package removes its files.
      }
    }, 2_000);
    answer({ port: database.port, mysqld, folder });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    answer({ failure }, () => process.exit(1));
  }
});

function answer(words: KeeperAnswer, then: () => void = () => {}): void {
  process.send?.(words, undefined, undefined, then);
}
