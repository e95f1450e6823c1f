// @ts-nocheck: it is compiled beside the programs that it runs, in a folder where these files are.
import { tracingChannel } from "node:diagnostics_channel";
import { format } from "node:util";
import { engine, openLibrary, SessionLocal } from "./library.mjs";

/** Whether anything was written since the library was opened, and whether tables were made or changed. */
let written = true;
let remade = true;
const noted = ({ text }) => {
  if (/^(CREATE|ALTER|DROP)\b/.test(text)) remade = true;
  if (!/^(SELECT|BEGIN|COMMIT|ROLLBACK|EXPLAIN|WITH|SET TRANSACTION|START)\b/.test(text)) {
    written = true;
  }
};

/** Runs the programs one after the other, and prints what became of them as JSON. */
export async function runAll(names: string[]): Promise<void> {
  tracingChannel("ormlet:execute").subscribe({ asyncEnd: noted, error: noted });
  const outcomes = [];
  for (const [index, name] of names.entries()) {
    if (written) await reset(names[index - 1]);
    outcomes.push({ name, ...(await runOne(index)) });
  }
  process.stdout.write(JSON.stringify(outcomes), () => process.exit());
}

/** Opens the library anew: from nothing when tables were made, else its tables are emptied, which is quicker. */
async function reset(before: string | undefined): Promise<void> {
  const connection = await engine.connect();
  const raw = (text) => connection.execute({ toSql: () => ({ text, parameters: [] }) });
  try {
    await raw("SET SESSION lock_wait_timeout = 5, foreign_key_checks = 0");
    const rows = await raw("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'");
    const tables = rows.map((row) => `\`${Object.values(row)[0]}\``);
    if (remade && tables.length > 0) await raw(`DROP TABLE ${tables.join(", ")}`);
    for (const table of remade ? [] : tables) {
      await raw(`DELETE FROM ${table}`);
      await raw(`ALTER TABLE ${table} AUTO_INCREMENT = 1`);
    }
    await raw("SET SESSION foreign_key_checks = 1");
  } catch (error) {
    throw new Error(`${before} left a transaction open: ${error.message}`);
  } finally {
    await connection.close();
  }
  await openLibrary();
  [written, remade] = [false, false];
}

async function runOne(index: number) {
  const { program } = await import(`./program${index}.mjs`);
  const lines = [];
  const { log } = console;
  console.log = (...values) => lines.push(format(...values));
  const session = new SessionLocal();
  try {
    await program(session);
    return { output: lines.join("\n") };
  } catch (error) {
    const { name, message, code } = error;
    return { output: lines.join("\n"), error: `${name}: ${message}`, code };
  } finally {
    console.log = log;
    await session.close().catch(() => {});
  }
}
