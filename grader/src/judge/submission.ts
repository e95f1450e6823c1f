import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";

/** No answer comes near this; a larger file is refused before it is read. */
export const maxBytes = 256 * 1024;

/** The text of a submission, or why it cannot be graded. */
export type Reading = { text: string } | { ungradable: string };

/**
 * Stage 1: takes the named file and nothing else. Links are refused (they could lead to a solution),
 * as are folders, devices, big files and what is not UTF-8.
 *
 * @param path the file @param shown its name in messages
 */
export async function readSubmission(path: string, shown: string): Promise<Reading> {
  let handle: Awaited<ReturnType<typeof open>>;
  try {
    const named = await lstat(path);
    if (named.isSymbolicLink()) return refuse(shown, "is a link; put the file itself there");
    if (named.isDirectory()) return refuse(shown, "is a folder; name the file in it");
    if (!named.isFile()) return refuse(shown, "is not a regular file");
    // Not following links here too closes the moment between looking and opening.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return refuse(shown, unreadable(error as NodeJS.ErrnoException));
  }
  try {
    const { size } = await handle.stat();
    if (size > maxBytes) {
      return refuse(
        shown,
        `is too large: ${kilobytes(size)} kB, at most ${kilobytes(maxBytes)} kB`,
      );
    }
    const buffer = Buffer.alloc(maxBytes + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    if (bytesRead > maxBytes) return refuse(shown, "is too large");
    return decode(buffer.subarray(0, bytesRead), shown);
  } catch (error) {
    return refuse(shown, unreadable(error as NodeJS.ErrnoException));
  } finally {
    await handle.close();
  }
}

function decode(bytes: Buffer, shown: string): Reading {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refuse(shown, "is not UTF-8 text; save it as UTF-8");
  }
  if (text.includes("\0")) return refuse(shown, "is not text: it holds a zero byte");
  if (text.trim() === "") return refuse(shown, "is empty");
  return { text };
}

function unreadable(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT" || error.code === "ENOTDIR") return "is not there";
  if (error.code === "ELOOP") return "is a link; put the file itself there";
  if (error.code === "EACCES") return "cannot be read: permission denied";
  return `cannot be read: ${error.message}`;
}

function refuse(shown: string, why: string): Reading {
  return { ungradable: `${shown} ${why}.` };
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1024);
}
