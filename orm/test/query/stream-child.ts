/**
 * Streams the rows of the table big_books as objects, with a slow reader in between, and tells how many objects
 * the session held at the end. Run with a small --max-old-space-size: to keep the rows would not fit.
 */
import { createEngine } from "../../src/engine/index.js";
import { bigint, declarativeBase, integer, varchar } from "../../src/mapping/index.js";
import { select } from "../../src/query/select.js";
import { Session } from "../../src/query/session.js";

class Book extends declarativeBase().mapped("big_books", {
  id: integer().primaryKey(),
  title: varchar(200),
  sold: bigint(),
}) {}

const engine = createEngine(process.env.ORMLET_CHILD_URL ?? "");
const session = new Session(engine);
let count = 0;
for await (const book of session.scalars(select(Book))) {
  count += 1;
  if (book.title.length !== 200 || book.sold !== 9007199254740993n) throw new Error("not whole");
  if (count % 20_000 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}
const { identities, touched } = session.state;
const held = touched.size + (identities.values().next().value?.size ?? 0);
process.stdout.write(`${count} rows, ${held} objects held`);
await session.close();
await engine.dispose();
