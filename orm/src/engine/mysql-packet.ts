import type { MysqlFailure } from "./mysql-errors.js";
import type { SqlValue } from "./values.js";

/** Bytes that every server takes in one packet, so that none has to be asked. */
export const smallPacket = 1 << 20;

/** Bytes of the largest packet that a statement needs: one has its text, and when prepared another its parameters. */
export function packetSize(text: string, parameters: readonly SqlValue[]): number {
  let size = 0;
  for (const value of parameters) {
    if (typeof value === "string") size += bytesOf(value);
    else if (value instanceof Uint8Array) size += value.byteLength;
  }
  return Math.max(size, bytesOf(text));
}

/** Exact where it matters; a short text is not looked through. */
function bytesOf(text: string): number {
  return text.length < 1000 ? text.length : Buffer.byteLength(text);
}

/**
 * What the server would say of a packet that is too large for it. It would hang up while it is being sent, so
 * that only "write EPIPE" remained of its words, and of the transaction nothing.
 */
export function packetTooLarge(size: number, limit: number): MysqlFailure {
  const message = `The statement has ${size} bytes; the server takes ${limit} at a time.`;
  return { message, errno: 1153, sqlState: "08S01" };
}
