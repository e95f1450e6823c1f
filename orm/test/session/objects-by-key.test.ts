import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { IdentityKey } from "../../src/session/identity-map.js";
import { ObjectsByKey } from "../../src/session/objects-by-key.js";
import { runs } from "../support.js";

const test = suite("objects by key");

/** Keys that stand together, far apart, before the first one, and what is no whole number. */
const keys: fc.Arbitrary<IdentityKey> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 95, max: 140 }) },
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<IdentityKey>(
    ...[1_000_000, 2 ** 31, 2 ** 53, -0, 100.5, Number.NaN, Number.POSITIVE_INFINITY],
    ...[100n, "100", "Ada", "", true, null],
  ),
);

test("it holds what a Map holds, whatever is put in and taken out", () => {
  const step = fc.tuple(fc.constantFrom("set", "set", "set", "delete"), keys);
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const [map, objects] = [new Map<IdentityKey, object>(), new ObjectsByKey()];
      for (const [action, key] of steps) {
        const object = { key };
        if (action === "delete") {
          map.delete(key);
          objects.delete(key);
        } else {
          map.set(key, object);
          objects.set(key, object);
        }
        assert.is(objects.size, map.size);
        assert.is(objects.get(key), map.get(key));
      }
      for (const [, key] of steps) {
        assert.is(objects.get(key), map.get(key));
        assert.is(objects.has(key), map.has(key));
      }
      assert.equal(new Set(objects.values()), new Set(map.values()));
      assert.is(objects.values().length, map.size);
    }),
    { numRuns: runs(300, 5000) },
  );
});

test("keys that stand together are places of an array, from the first on; others leave it small", () => {
  const objects = new ObjectsByKey();
  for (const key of [5000, 5001, 5005, 4999, 5_000_000, "5002"]) objects.set(key, { key });
  assert.is(objects.places, 6);
  assert.equal([...objects.others.keys()], [4999, 5_000_000, "5002"]);
});

test.run();
