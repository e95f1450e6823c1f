import { type ColumnType, checkSize, plainType, wrongValue } from "./column-type.js";

/** true and false, in a TINYINT(1) that holds 1 and 0. No other value is taken for one of them. */
export const booleanType: ColumnType<boolean> = {
  ...plainType,
  name: "boolean",
  take(value) {
    if (typeof value === "boolean") return value;
    throw wrongValue(value, "a boolean", "Write true or false.");
  },
  // A condition is a BIGINT in MySQL, which the driver gives as its digit.
  read(raw: number | string) {
    if (Number(raw) === 0 || Number(raw) === 1) return Number(raw) === 1;
    throw new RangeError(`${raw} is neither 0 nor 1`);
  },
};

/** A whole number of 32 bits, from -2147483648 to 2147483647. -0 is kept as 0. */
export const integerType: ColumnType<number> = {
  ...plainType,
  name: "integer",
  take(value) {
    // `| 0` cuts to 32 bits, so only a number that fits comes out as it went in.
    if (typeof value === "number" && (value | 0) === value) return value | 0;
    const expected = "a whole number from -2147483648 to 2147483647";
    const hint = "Round it; for larger numbers make the column bigint().";
    throw wrongValue(value, expected, typeof value === "string" ? "Write Number(value)." : hint);
  },
  read: safeNumber,
};

/** The number that the driver gave, or that of its digits: so it gives a BIGINT, which an existing table can have. */
function safeNumber(raw: number | string): number {
  const value = Number(raw);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${raw} is not a whole number that JavaScript holds exactly`);
}

/** A number of JavaScript, all 64 bits of it: -0 comes back as -0. SQL has neither NaN nor ±Infinity. */
export const doubleType: ColumnType<number> = {
  ...plainType,
  name: "double",
  take(value) {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw wrongValue(value, "a finite number", "Write a number; null stands for an absent one.");
  },
};

/** What is computed of numbers, whole or not; MySQL gives a BIGINT, a DECIMAL or a DOUBLE, as it sees fit. */
export const numberType: ColumnType<number> = {
  ...doubleType,
  read: (raw: number | string) =>
    typeof raw === "string" && Number.isInteger(Number(raw)) ? safeNumber(raw) : Number(raw),
};

/** The forms in which a program can have a BIGINT. */
export interface BigintForms {
  bigint: bigint;
  /** Up to ±(2⁵³ − 1); what lies beyond is refused, in both directions. */
  number: number;
  /** Digits, as JSON and web pages like them. */
  string: string;
}

/**
 * A whole number of 64 bits: from -2⁶³ to 2⁶³ - 1, or when `unsigned` from 0 to 2⁶⁴ - 1. The program has it
 * in the form that `as` names.
 */
export function bigintType<F extends keyof BigintForms = "bigint">(
  as: F = "bigint" as F,
  unsigned = false,
): ColumnType<BigintForms[F]> {
  const fits = unsigned ? BigInt.asUintN : BigInt.asIntN;
  const { is, make, example } = bigintForms[as];
  return {
    ...plainType,
    name: "bigint",
    parameters: unsigned ? ["unsigned"] : [],
    take(value) {
      const whole = is(value) ? BigInt(value as bigint) : undefined;
      if (whole !== undefined && fits(64, whole) === whole) return make(whole);
      const range = unsigned ? "from 0 to 2⁶⁴ - 1" : "from -2⁶³ to 2⁶³ - 1";
      throw wrongValue(value, `a whole number ${range}, as a ${as}`, `Write ${example}.`);
    },
    bind: BigInt,
    read: make,
  };
}

interface BigintForm<T> {
  readonly is: (value: unknown) => boolean;
  readonly make: (raw: bigint | number | string) => T;
  readonly example: string;
}

const bigintForms: { readonly [F in keyof BigintForms]: BigintForm<BigintForms[F]> } = {
  bigint: { is: (value) => typeof value === "bigint", make: BigInt, example: "it as 7n" },
  number: {
    is: Number.isSafeInteger,
    make: (raw) => safeNumber(String(raw)),
    example: "a number up to ±9007199254740991",
  },
  string: {
    is: (value) => typeof value === "string" && /^-?\d{1,40}$/.test(value),
    make: (raw) => BigInt(raw).toString(),
    example: 'it as "7"',
  },
};

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

/** What is computed of decimals, with as many digits as it comes to: nothing is padded, and nothing is cut. */
export const anyDecimalType: ColumnType<string> = {
  ...plainType,
  name: "decimal",
  take(value) {
    if (typeof value === "string" && /^-?(?=(?:\.?\d){1,65}$)\d+(?:\.\d{1,30})?$/.test(value))
      return value;
    const digits = "at most 65 digits, 30 of them behind the point";
    throw wrongValue(value, `a decimal in a string, with ${digits}`, 'Write it as "9.99".');
  },
};
