/*
 * Exercise 2.8: A value that is frozen (15 points, about 20 minutes)
 *
 * Read:  notebooks/02-mapping.ipynb
 * Grade: npm run grade -- 2.8
 */
import { fromJson, toJson } from "ormlet/internal/engine/values";
import {
  type ColumnType,
  describe,
  plainType,
  refusal,
  wrongValue,
} from "ormlet/internal/mapping/column-type";
import { wholeText } from "ormlet/internal/mapping/types-text";

/** `T`, with every property and element readonly, at any depth. */
export type DeepReadonly<T> = T extends object
  ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
  : T;

/**
 * Any value that JSON holds, frozen through and through: it is replaced, never edited. It is kept as it
 * will be loaded, so a Date in it becomes its text and a property that is undefined is left out. The order of an
 * object's properties is not part of a JSON value, and MySQL changes it. JavaScript's null on its own is SQL's
 * NULL; deeper it is JSON's.
 */
export function jsonType<T>(): ColumnType<DeepReadonly<T>> {
  throw new Error("not written yet: exercise 2.8");
}

/** `toJson`, with one kind of error for all that has no form in JSON, such as a circle. */
function jsonText(value: unknown): string {
  throw new Error("not written yet: exercise 2.8");
}

/** What JSON has, but MySQL's JSON has not: half characters, keys of 64 KiB, more than 100 levels. */
function checkJson(value: unknown, level: number): void {
  throw new Error("not written yet: exercise 2.8");
}

/** Freezes a value with all that is in it. */
export function deepFreeze<T>(value: T): T {
  throw new Error("not written yet: exercise 2.8");
}
