/*
 * Exercise 2.2: An exact decimal (15 points, about 20 minutes)
 *
 * Read:  notebooks/02-mapping.ipynb
 * Grade: npm run grade -- 2.2
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
  throw new Error("not written yet: exercise 2.2");
}
