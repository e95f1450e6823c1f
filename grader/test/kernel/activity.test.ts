import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Activity } from "../../src/kernel/activity.js";
import { majors, nodeOfVersion } from "./nodes.js";

const test = suite("what the kernel is at");

test("a signal that is sent at any time whatever ends a script, never the process", async () => {
  const program = fileURLToPath(new URL("hammer.mjs", import.meta.url));
  for (const major of majors) {
    const node = await nodeOfVersion(major);
    // It rejects when the process is ended by a signal.
    const { stdout } = await promisify(execFile)(node, [program], { timeout: 60_000 });
    const { ended, whole, heard } = JSON.parse(stdout);
    assert.ok(ended > 50, `Node ${major}: ${ended} scripts were ended`);
    assert.is(ended + whole, 2000, `Node ${major}`);
    assert.is(heard, 0, `Node ${major}: signals that no script had`);
  }
});

test("the kernel's own work is not ended", () => {
  const activity = new Activity();
  assert.not(activity.isOwn);
  assert.not(activity.signal());
  const seen = activity.own(() => [activity.isOwn, activity.signal()]);
  assert.equal(seen, [true, false]);
  assert.throws(() => activity.own(() => JSON.parse("{")), SyntaxError);
  assert.not(activity.isOwn);
});

test.run();
