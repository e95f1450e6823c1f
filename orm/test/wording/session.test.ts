import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { declarativeBase, uuid, varchar } from "../../src/mapping/index.js";
import { mapperOf } from "../../src/mapping/mapper.js";
import { identityKey } from "../../src/session/identity-map.js";
import { flushBench } from "../session/flush-support.js";
import { Loan, Member, Shelf } from "../session/library.js";
import { errorOf } from "../support.js";

// The package's own words and keys, which a reader's part need not have: `course assemble` leaves this folder out.

const Base = declarativeBase();
class Token extends Base.mapped("tokens", {
  id: uuid().primaryKey().default(sql`(UUID_TO_BIN(UUID()))`),
  name: varchar(20),
}) {}

const test = suite("wording: session");
const bench = flushBench(test, () => Base.metadata);

test("the key of an identity is the value itself, or for several columns their text", () => {
  assert.is(identityKey(mapperOf(Member), [7, "Ada"]), 7);
  assert.is(identityKey(mapperOf(Shelf), ["A1", 3]), "A1");
  assert.is(identityKey(mapperOf(Loan), [1, 2, "none"]), '["1","2"]');
  assert.is(identityKey(mapperOf(Member), [undefined, "Ada"]), undefined);
  assert.is(identityKey(mapperOf(Loan), [1, undefined, "none"]), undefined);
});

test("a key that is missing is told by its property", async () => {
  const error = await errorOf(() => bench.flush({ inserts: [new Token({ name: "t" })] }));
  assert.is(error.code, "key-missing");
  assert.match(error.message, "Token.id has no value");
  assert.equal(bench.sent, []);
});

test.run();
