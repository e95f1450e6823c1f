import { isUint8Array } from "node:util/types";
import {
  type ColumnType,
  checkSize,
  plainType,
  refusal,
  sameParameter,
  wrongValue,
} from "./column-type.js";

/** Bytes: a VARBINARY of at most `length`, or without it a LONGBLOB. They are copied in, and compared at a flush. */
export function binaryType(length?: number): ColumnType<Uint8Array> {
  if (length !== undefined) checkSize("The length of a binary", length, 1, 65_535);
  return {
    ...plainType,
    name: "binary",
    parameters: length === undefined ? [] : [length],
    take(value) {
      if (!isUint8Array(value)) {
        throw wrongValue(value, "a Uint8Array", "Write a Uint8Array or a Buffer.");
      }
      if (length === undefined || value.length <= length) return new Uint8Array(value);
      const what = `There are ${value.length} bytes, the column holds ${length}`;
      throw refusal(what, "Make it longer: binary(n), or binary() for any length.");
    },
    // A copy: the driver's Buffer is a part of a larger one, which would be kept as long as the value is.
    read: (raw: Uint8Array) => new Uint8Array(raw),
    editable: { copy: (bytes) => new Uint8Array(bytes), equal: sameParameter },
  };
}

const uuidForm = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A UUID of any version, as its 36 characters in lower case; a BINARY(16) holds its 16 bytes in their order. */
export const uuidType: ColumnType<string> = {
  ...plainType,
  name: "uuid",
  take(value) {
    const text = typeof value === "string" ? value.toLowerCase() : "";
    if (uuidForm.test(text)) return text;
    throw wrongValue(value, "a UUID", "Write 32 hexadecimal digits as 8-4-4-4-12.");
  },
  bind: (value) => Buffer.from(value.replaceAll("-", ""), "hex"),
  read(raw: Uint8Array) {
    if (raw.length !== 16) throw new RangeError(`${raw.length} bytes are not a UUID`);
    const hex = Buffer.from(raw).toString("hex");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
};
