/*
 * Exercise 2.6: A getter and a setter. One solution.
 *
 * The order is what matters. First everything that can throw, then the note, then the value: so an error leaves
 * the object as it was, and the owner sees it as it was before. A Date is compared by a copy, because no setter
 * is called when somebody edits it.
 * Alternative: hand out frozen values only. A Date can't be frozen: Object.freeze does not stop setHours.
 */
import { InvalidRequestError } from "ormlet/internal/engine/index";
import { takeValue, unloaded } from "ormlet/internal/mapping/accessors";
import { isStored, note } from "ormlet/internal/mapping/changes";
import type { Instance } from "ormlet/internal/mapping/instance";
import type { Column } from "ormlet/internal/mapping/table";

/** The value of a column. One that can be edited in place is handed out, a copy of it is kept to compare with. */
export function readColumn(instance: Instance, { position, property, type }: Column): unknown {
  const value = instance.values[position];
  if (value === undefined && isStored(instance)) throw unloaded(instance, property);
  // A converter can give a string as well as an object; only what can be edited is worth a copy.
  if (type.editable === undefined || typeof value !== "object" || value === null) return value;
  instance.handedOut ??= new Map();
  if (!instance.handedOut.has(position)) {
    instance.owner?.touched(instance, true);
    instance.handedOut.set(position, type.editable.copy(value));
  }
  return value;
}

/** Sets a column: the value is checked first, and what was there is noted when it is another one. */
export function writeColumn(instance: Instance, column: Column, value: unknown): void {
  const { mapper, values } = instance;
  const { position, primaryKey, property } = column;
  const taken = takeValue(mapper, column, value);
  if (Object.is(values[position], taken)) return;
  if (primaryKey && isStored(instance)) {
    throw new InvalidRequestError(`${mapper.name}.${property} is the key of a row and stays.`, {
      code: "key-change",
      hint: "Make a new object with the other key, and delete this one.",
    });
  }
  note(instance, position);
  values[position] = taken;
}
