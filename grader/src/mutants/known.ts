import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Failure } from "../base/failure.js";
import { inRoot, inState } from "../base/paths.js";

/** What came of a mutant: its text is refused, a test fails on it, or all pass. */
export type Outcome = { is: "refused" } | { is: "killed"; by: string } | { is: "survived" };

/** A mutant that does the same as the solution, so that no test can tell it: listed by hand. */
export interface Equivalent {
  /** The mutant's id. */
  id: string;
  /** The fault, for whoever reads the list: "?? 0 becomes ?? 1". */
  fault: string;
  /** Why it changes nothing. */
  why: string;
}

/** Where the list lies, below the root. */
export const equivalentsPath = "grader/src/exercises/equivalent-mutants.json";

/** Where outcomes are kept for the next time; tests name another file. */
export const outcomesFile = inState("cache", "mutants.jsonl");

/**
 * The list of equivalent mutants.
 *
 * @throws Failure when it cannot be read
 */
export async function readEquivalents(file = inRoot(equivalentsPath)): Promise<Equivalent[]> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Equivalent[];
  } catch (cause) {
    throw new Failure("The list of equivalent mutants cannot be read.", {
      why: `${file}: ${(cause as Error).message}`,
      remedy: "It is a JSON array of { id, fault, why }.",
      cause,
    });
  }
}

/** Outcomes of earlier runs, by a digest of all that they depend on. A line that was cut off is left out. */
export class Outcomes {
  readonly #file: string;
  readonly #known: Map<string, Outcome>;

  private constructor(file: string, known: Map<string, Outcome>) {
    this.#file = file;
    this.#known = known;
  }

  /** @param fresh true forgets what is known; it is still added to */
  static async open(file = outcomesFile, fresh = false): Promise<Outcomes> {
    const known = new Map<string, Outcome>();
    const text = fresh ? "" : await readFile(file, "utf8").catch(() => "");
    for (const line of text.split("\n")) {
      try {
        const { key, ...outcome } = JSON.parse(line) as { key: string } & Outcome;
        known.set(key, outcome);
      } catch {
        // An empty line, or the half of one.
      }
    }
    return new Outcomes(file, known);
  }

  get(key: string): Outcome | undefined {
    return this.#known.get(key);
  }

  /** Keeps an outcome, at once: a run that is interrupted goes on where it was. */
  async keep(key: string, outcome: Outcome): Promise<void> {
    this.#known.set(key, outcome);
    await mkdir(dirname(this.#file), { recursive: true });
    // The newline stands in front: it ends a line that was cut off.
    await appendFile(this.#file, `\n${JSON.stringify({ key, ...outcome })}`);
  }
}
