/*
 * Exercise 2.2: An exact decimal. One solution.
 *
 * Everything is done on the digits. A regular expression takes the text apart: the sign, the digits before the
 * point without zeros in front, those behind it without zeros that say nothing. What does not fit is refused by
 * not matching. No number is ever made of it, so nothing can be rounded, whatever its length.
 * Alternative: a class Decimal that can add and multiply, as Python has one. It is more comfortable, and one
 * dependency more; with convert() a program can have that.
 */
import {
  checkSize,
  type ColumnType,
  plainType,
  wrongValue,
} from "ormlet/internal/mapping/column-type";

/**
 * A decimal fraction of at most `precision` digits, `scale` of them behind the point, as a string. It is kept
 * as it will be loaded: for decimal(10, 2) "9.9" becomes "9.90", "007" becomes "7.00", "-0" becomes "0.00" and
 * "1.500" becomes "1.50". What would have to be rounded is refused, and so are "+1", "1e3", ".5", " 1" and numbers.
 */
export function decimalType(precision: number, scale: number): ColumnType<string> {
  checkSize("The precision of a decimal", precision, 1, 65);
  checkSize("The scale of a decimal", scale, 0, Math.min(30, precision));
  const before = precision - scale;
  // Sign, digits before the point without leading zeros, digits behind it without superfluous ones.
  const form = new RegExp(`^(-?)(?=\\d)0*(\\d{0,${before}})(?:\\.(?=\\d)(\\d{0,${scale}})0*)?$`);
  const take = (value: unknown) => {
    const parts = typeof value === "string" ? form.exec(value) : null;
    if (parts === null) {
      const digits = `at most ${before} digits before and ${scale} behind the point`;
      throw wrongValue(
        value,
        `a decimal in a string, with ${digits}`,
        'Write it as "9.99", rounded.',
      );
    }
    const [, sign = "", whole = "", fraction = ""] = parts;
    const text = `${whole || "0"}${scale > 0 ? "." : ""}${fraction.padEnd(scale, "0")}`;
    return /[1-9]/.test(text) ? sign + text : text;
  };
  return { ...plainType, name: "decimal", parameters: [precision, scale], take };
}
