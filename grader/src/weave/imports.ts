import { Failure } from "../base/failure.js";
import { at, type Place } from "./model.js";
import type { Imported, Module } from "./modules.js";
import { freeNames, type Use } from "./names.js";

/** What code cut out of modules must import; `defined` is what earlier cells of the notebook give it. */
export function importsFor(
  code: string,
  modules: readonly Module[],
  defined: ReadonlyMap<string, Use>,
  place: Place,
): string {
  const wanted: Wanted[] = [];
  for (const [local, use] of freeNames(code)) {
    const known = defined.get(local);
    if (known === "value" || (known === "type" && use === "type")) continue;
    const imported = lookUp(local, modules, place);
    if (imported) wanted.push({ ...imported, local, use });
  }
  return printImports(wanted);
}

interface Wanted extends Imported {
  local: string;
  use: Use;
}

/** Where a name of a module comes from; undefined for globals, which need no import. */
function lookUp(local: string, modules: readonly Module[], place: Place): Imported | undefined {
  for (const module of modules) {
    const imported = module.imports.get(local);
    if (imported) return imported;
    const sibling = module.declarations.find((one) => one.names.includes(local));
    if (!sibling) continue;
    if (sibling.exported && !sibling.internal) {
      return { from: `ormlet/internal/${module.file.replace(/\.ts$/, "")}`, name: local };
    }
    const reason = sibling.exported ? "is marked @internal" : "is not exported";
    throw new Failure(`${at(place)}: \`${local}\` of orm/src/${module.file} is needed here`, {
      why: `It ${reason}, so a cell or an exercise cannot import it.`,
      remedy: `Weave \`${local}\` here or in an earlier cell of this notebook, or export it.`,
    });
  }
  return undefined;
}

/** Import statements in the order and the form that the formatter gives them. */
function printImports(wanted: readonly Wanted[]): string {
  const lines: string[] = [];
  const sources = [...new Set(wanted.map((one) => one.from))].sort(bySource);
  for (const from of sources) {
    const here = wanted.filter((one) => one.from === from);
    for (const one of here) {
      const word = one.use === "type" ? "import type" : "import";
      if (one.name === "default") lines.push(`${word} ${one.local} from "${from}";`);
      if (one.name === "*") lines.push(`${word} * as ${one.local} from "${from}";`);
    }
    const named = here.filter((one) => one.name !== "default" && one.name !== "*");
    if (named.length > 0) lines.push(printNamed(from, named));
  }
  return lines.join("\n");
}

function printNamed(from: string, named: Wanted[]): string {
  const typesOnly = named.every((one) => one.use === "type");
  const parts = named
    .sort((one, other) => byName(one.name, other.name))
    .map((one) => {
      const type = one.use === "type" && !typesOnly ? "type " : "";
      return type + (one.name === one.local ? one.name : `${one.name} as ${one.local}`);
    });
  const word = typesOnly ? "import type" : "import";
  const line = `${word} { ${parts.join(", ")} } from "${from}";`;
  if (line.length <= 100) return line;
  return `${word} {\n${parts.map((part) => `  ${part},\n`).join("")}} from "${from}";`;
}

function bySource(one: string, other: string): number {
  const builtin = Number(other.startsWith("node:")) - Number(one.startsWith("node:"));
  return builtin || byName(one, other);
}

/** Letters without their case first; of two that differ in case alone, the capital first. */
function byName(one: string, other: string): number {
  const [small, otherSmall] = [one.toLowerCase(), other.toLowerCase()];
  if (small !== otherSmall) return small < otherSmall ? -1 : 1;
  return one < other ? -1 : Number(one > other);
}
