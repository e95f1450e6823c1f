import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sql } from "../../src/engine/index.js";
import { errorOf } from "../support.js";

// The package's own words and keys, which a reader's part need not have: `course assemble` leaves this folder out.

const test = suite("wording: engine");

test("json says where in a value the wrong one stands", async () => {
  assert.match((await errorOf(() => sql.json({ n: 2 ** 53 }))).message, "(at n)");
});

test.run();
