import { Failure } from "../base/failure.js";
import { at, type Place, type Reference } from "./model.js";
import { didYouMean } from "./nearest.js";

/** What the words after a fence's three backticks ask for. */
export type Fence =
  | { kind: "code"; raises: boolean; references: Reference[] }
  | { kind: "show" | "starter" | "solution" | "why" | "hint" | "output" | "markdown" };

const tsWords = ["raises", "show", "starter", "solution"];

/** Reads a fence's info string, such as `ts raises weave=engine/sql.ts#sql`. */
export function readFence(info: string, place: Place): Fence {
  const [language = "", ...words] = info.trim().split(/\s+/);
  if (language === "why" || language === "hint" || language === "output") {
    if (words.length > 0) throw unknownWord(words[0] ?? "", [], place);
    return { kind: language };
  }
  if (language !== "ts") return { kind: "markdown" };
  const references: Reference[] = [];
  const flags = new Set<string>();
  for (const word of words) {
    if (word.startsWith("weave=")) references.push(readReference(word.slice(6), place));
    else if (tsWords.includes(word)) flags.add(word);
    else throw unknownWord(word, [...tsWords, "weave=…"], place);
  }
  for (const kind of ["show", "starter", "solution"] as const) {
    if (!flags.has(kind)) continue;
    if (flags.size > 1 || references.length > 0) {
      throw new Failure(`${at(place)}: \`${info}\` says two things at once`, {
        why: `A \`${kind}\` fence takes no other word.`,
      });
    }
    return { kind };
  }
  return { kind: "code", raises: flags.has("raises"), references };
}

/** Reads `engine/sql.ts#sql,Fragment`; without `#` the whole file is meant. */
export function readReference(text: string, place: Place): Reference {
  const [file = "", names] = text.split("#");
  const list = names === undefined ? [] : names.split(",").filter((name) => name !== "");
  if (!/^[\w/-]+\.ts$/.test(file) || (names !== undefined && list.length === 0)) {
    throw new Failure(`${at(place)}: \`weave=${text}\` does not name declarations`, {
      remedy: "Write weave=folder/file.ts#name,otherName with a file below orm/src.",
    });
  }
  return { file, names: list, text, place };
}

function unknownWord(word: string, known: string[], place: Place): Failure {
  return new Failure(`${at(place)}: a fence knows no \`${word}\``, {
    remedy: didYouMean(word, known) || (known.length > 0 ? `Known are ${known.join(", ")}.` : ""),
  });
}
