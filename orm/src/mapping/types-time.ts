import { isDate } from "node:util/types";
import { toDatetime } from "../engine/values.js";
import {
  type ColumnType,
  checkSize,
  plainType,
  refusal,
  sameParameter,
  wrongValue,
} from "./column-type.js";

/**
 * A day of the calendar, `YYYY-MM-DD`, from year 0001 to 9999, without a time zone. The calendar is the
 * Gregorian one for all years, in MySQL as in JavaScript.
 */
export const dateType: ColumnType<string> = {
  ...plainType,
  name: "date",
  take(value) {
    if (typeof value === "string" && isMoment(`${value}T00:00:00`)) return value;
    const hint =
      'Write it as "2026-11-21"; of a Date, date.toISOString().slice(0, 10) is the day in UTC.';
    throw wrongValue(value, "a day from 0001-01-01 to 9999-12-31", hint);
  },
};

/** Whether `YYYY-MM-DDTHH:MM:SS` exists: JavaScript alone makes 2 March of 30 February, and 00:00 of 24:00. */
export function isMoment(text: string): boolean {
  if (!moment.test(text)) return false;
  const day = text.slice(8, 10);
  // Every month has 28 days, and a Date takes much longer than the pattern.
  return day <= "28" || new Date(`${text}Z`).getUTCDate() === Number(day);
}

const moment =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/** False for an invalid Date, and for a year that a DATETIME does not have. */
export function isYear(date: Date): boolean {
  return date.getUTCFullYear() >= 1 && date.getUTCFullYear() <= 9999;
}

/**
 * A moment in UTC, with `digits` digits of a second. Up to 3 it is a Date, which holds milliseconds; from 4
 * on it is text, `2026-11-21T08:30:00.123456Z`, always with six digits.
 */
export function datetimeType(digits?: 0 | 1 | 2 | 3): ColumnType<Date>;
export function datetimeType(digits: 4 | 5 | 6): ColumnType<string>;
export function datetimeType(digits = 3): ColumnType<Date> | ColumnType<string> {
  checkSize("The digits of a second of a datetime", digits, 0, 6);
  return digits <= 3 ? millisecondType(digits) : microsecondType(digits);
}

export function millisecondType(digits: number): ColumnType<Date> {
  const unit = 10 ** (3 - digits);
  const take = (value: unknown): Date => {
    if (!isDate(value) || !isYear(value)) {
      const hint = 'Write a Date, such as new Date("2026-11-21T08:30:00Z").';
      throw wrongValue(value, "a valid Date in the years 1 to 9999", hint);
    }
    if (value.getTime() % unit !== 0) throw tooFine(value.toISOString(), digits);
    return new Date(value);
  };
  return {
    name: "datetime",
    parameters: [digits],
    take,
    // A Date that was edited in place meets the same checks as one that is assigned.
    bind: take,
    read(raw: string) {
      const date = new Date(`${raw.replace(" ", "T")}Z`);
      if (!Number.isNaN(date.getTime())) return date;
      throw new RangeError(`${raw} is not a date`);
    },
    editable: { copy: (date) => new Date(date), equal: sameParameter },
  };
}

const isoForm = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?Z$/;

function microsecondType(digits: number): ColumnType<string> {
  return {
    ...plainType,
    name: "datetime",
    parameters: [digits],
    take(value) {
      const [, day, time, fraction = ""] =
        isoForm.exec(typeof value === "string" ? value : "") ?? [];
      if (!isMoment(`${day}T${time}`)) {
        const hint = 'Write it as "2026-11-21T08:30:00.123456Z"; a Date has date.toISOString().';
        throw wrongValue(value, "the text of a time in UTC, in the years 0001 to 9999", hint);
      }
      if (/[1-9]/.test(fraction.slice(digits))) throw tooFine(String(value), digits);
      return isoText(`${day}T${time}`, fraction);
    },
    bind: toDatetime,
    read(raw: string) {
      const [seconds = "", fraction] = raw.replace(" ", "T").split(".");
      return isoText(seconds, fraction);
    },
  };
}

/** With six digits always: a prepared statement leaves out a fraction of zero. */
function isoText(seconds: string, fraction = ""): string {
  return `${seconds}.${fraction.padEnd(6, "0")}Z`;
}

export function tooFine(text: string, digits: number) {
  const hint =
    "Cut them off, or give the column more: datetime(3) for a Date, datetime(6) for text.";
  return refusal(`${text} has more than ${digits} digits of a second`, hint);
}
