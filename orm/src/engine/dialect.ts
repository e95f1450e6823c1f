import type { DriverColumn } from "./driver.js";

/** Makes the JavaScript value of one that the driver gave; never called with null. */
export type Converter = (value: never) => unknown;

/** The SQL of one database: all that differs between them in text and in values. */
export interface Dialect {
  readonly name: "mysql" | "postgresql" | "sqlite";
  /** A name in quotes, with quotes inside it doubled. */
  readonly quote: (name: string) => string;
  /** The placeholder of the parameter at this position, counted from 1. */
  readonly placeholder: (position: number) => string;
  /** The statement that makes each new connection alike: time zone, character set, strictness. */
  readonly setup: string;
  /** How a column of a raw result becomes a JavaScript value; undefined when it is one already. */
  readonly converter: (column: DriverColumn) => Converter | undefined;
}
