import { writeFile } from "node:fs/promises";
import ts from "@tslab/typescript-for-tslab";
import * as assert from "uvu/assert";
import { runNotebook } from "../../../src/notebooks/run-notebook.js";
import { toIpynb } from "../../../src/weave/course.js";
import { newCell, printNotebook } from "../../../src/weave/ipynb.js";
import { type Declaration, nameOf } from "../../../src/weave/modules.js";
import type { WovenNotebook } from "../../../src/weave/notebook.js";
import { imports, uses } from "./index.js";

export const isClass = ({ statements }: Declaration): boolean =>
  statements.some(ts.isClassDeclaration);

/** The classes of `orm/src` that a notebook, or an exercise in it, holds: `engine/sql.ts#Fragment`. */
export function classesOf({ placements }: WovenNotebook): string[] {
  return placements
    .map(({ declaration }) => declaration)
    .filter(isClass)
    .map(nameOf);
}

/** Runs a notebook of woven cells, and after them the use of each class; each must print what it should. */
export async function runUses(woven: WovenNotebook, folder: string): Promise<void> {
  assert.equal(woven.failures, []);
  const names = classesOf(woven);
  for (const name of names) assert.ok(uses[name], `there is no use of ${name} in class-uses/`);
  const file = toIpynb(woven);
  file.cells.push(newCell("code", "imports", imports, []));
  for (const name of names) {
    file.cells.push(newCell("code", name.replace(/\W/g, "-"), `{${uses[name]?.code}\n}`, []));
  }
  const path = `${folder}/${woven.name}.ipynb`;
  await writeFile(path, printNotebook(file));
  const [results = []] = await runNotebook(path);
  const failed = results.flatMap(({ id, error }) => (error ? [`${id}: ${error.message}`] : []));
  assert.equal(failed, []);
  const printed = results.slice(-names.length).map(({ outputs }) => textOfStream(outputs));
  const wanted = names.map((name) => `${uses[name]?.prints}\n`);
  assert.equal(printed, wanted);
}

function textOfStream(outputs: readonly { output_type: string; text?: unknown }[]): string {
  return outputs.map(({ text }) => String(text)).join("");
}
