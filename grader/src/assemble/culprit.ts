import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makePackage, type Package } from "./package.js";
import type { Part } from "./parts.js";

/** Whether a test file passes on a package. */
export type Passes = (file: string, made: Package) => Promise<boolean>;

/**
 * Finds the part because of which a test file fails, by trying: a fault shows in chapters far above the one
 * that it was made in, and a stack trace seldom has a line of it. Packages are made beside the assembled one, with
 * some of the parts and the reference for the rest.
 */
export class CulpritSearch {
  readonly #parts: readonly Part[];
  readonly #passes: Passes;
  /** What was found for other files: one fault fails many of them. */
  readonly #found: Part[] = [];
  readonly #made = new Map<string, Package>();
  #folder: string | undefined;
  readonly #remove = () => this.close();

  /** @param parts those of the assembled package; with none of them, all files that are asked about pass */
  constructor(parts: readonly Part[], passes: Passes) {
    this.#parts = parts;
    this.#passes = passes;
    process.once("exit", this.#remove);
  }

  /** @returns a part that makes the file fail; undefined when there are no parts */
  async find(file: string): Promise<Part | undefined> {
    for (const known of this.#found) {
      const others = this.#parts.filter((part) => part !== known);
      if (await this.#passesWith(file, others)) return known;
    }
    // With the first `low` parts it passes, with the first `high` it fails.
    let [low, high] = [0, this.#parts.length];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await this.#passesWith(file, this.#parts.slice(0, middle))) low = middle;
      else high = middle;
    }
    const culprit = this.#parts[high - 1];
    if (culprit && !this.#found.includes(culprit)) this.#found.push(culprit);
    return culprit;
  }

  /** Removes the packages that were made; exiting does so as well. */
  close(): void {
    process.removeListener("exit", this.#remove);
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  async #passesWith(file: string, parts: readonly Part[]): Promise<boolean> {
    return this.#passes(file, await this.#make(parts));
  }

  async #make(parts: readonly Part[]): Promise<Package> {
    const key = parts.map(({ entry }) => entry.id).join();
    const known = this.#made.get(key);
    if (known) return known;
    this.#folder ??= await mkdtemp(join(tmpdir(), "ormlet-culprit-"));
    const made = await makePackage(parts, join(this.#folder, String(this.#made.size)));
    this.#made.set(key, made);
    return made;
  }
}
