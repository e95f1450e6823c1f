/*
 * Exercise 2.6: A getter and a setter (15 points, about 20 minutes)
 *
 * Read:  notebooks/02c-classes.ipynb
 * Grade: npm run grade -- 2.6
 */
import { InvalidRequestError } from "ormlet/internal/engine/index";
import { takeValue, unloaded } from "ormlet/internal/mapping/accessors";
import { isStored, note } from "ormlet/internal/mapping/changes";
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Column } from "ormlet/internal/mapping/table";

/** The value of a column. One that can be edited in place is handed out, a copy of it is kept to compare with. */
export function readColumn(instance: Instance, { position, property, type }: Column): unknown {
  throw new Error("not written yet: exercise 2.6");
}

/** Sets a column: the value is checked first, and what was there is noted when it is another one. */
export function writeColumn(instance: Instance, column: Column, value: unknown): void {
  throw new Error("not written yet: exercise 2.6");
}
