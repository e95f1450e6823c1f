import { fileURLToPath } from "node:url";

/** The root of the checkout: the folder that holds `orm/`, `grader/` and `notebooks/`. */
export const root = fileURLToPath(new URL("../../..", import.meta.url)).replace(/\/$/, "");

/** A path below the root of the checkout. */
export function inRoot(...parts: string[]): string {
  return [root, ...parts].join("/");
}

/** A path below `.course/`, which holds everything that the commands make and that Git ignores. */
export function inState(...parts: string[]): string {
  return inRoot(".course", ...parts);
}
