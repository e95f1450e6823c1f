/*
 * Exercise 1.5: JSON that is exact (15 points, about 20 minutes)
 *
 * Read:  notebooks/01c-nothing-lost.ipynb
 * Grade: npm run grade -- 1.5
 */
import { ArgumentError } from "ormlet/internal/engine/errors";

/**
 * JSON text that reads back as an equal value.
 * @throws ArgumentError `json-value` where `JSON.stringify` would change the value in silence: NaN, ±Infinity,
 *   whole numbers beyond ±(2⁵³ − 1) that it writes as digits, bigint, undefined in an array or on its own.
 */
export function toJson(value: unknown): string {
  throw new Error("not written yet: exercise 1.5");
}

/**
 * Reads JSON that the database holds.
 * @throws RangeError for a whole number that a JavaScript number would round.
 */
export function fromJson(text: string): unknown {
  throw new Error("not written yet: exercise 1.5");
}

export function isInexactInteger(value: number): boolean {
  throw new Error("not written yet: exercise 1.5");
}
