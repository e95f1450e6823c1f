import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { assembledFolder } from "../assemble/folder.js";
import { inState } from "../base/paths.js";

/** Which `ormlet` notebooks run on: the finished one, or the one that the learner assembled. */
export type NotebookPackage = "finished" | "assembled";

const file = inState("notebooks.json");

/** The learner's choice; the finished one as long as there is none. */
export async function notebookPackage(): Promise<NotebookPackage> {
  const text = await readFile(file, "utf8").catch(() => "{}");
  try {
    const chosen = (JSON.parse(text) as { ormlet?: unknown }).ormlet;
    return chosen === "assembled" ? "assembled" : "finished";
  } catch {
    return "finished";
  }
}

/** Keeps the choice. Kernels that run go on with what they have. */
export async function chooseNotebookPackage(ormlet: NotebookPackage): Promise<void> {
  if (ormlet === "finished") return rm(file, { force: true });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ ormlet })}\n`);
}

/** The folder of the package that kernels are told of; undefined for the finished one. */
export async function chosenPackageFolder(): Promise<string | undefined> {
  return (await notebookPackage()) === "assembled" ? join(assembledFolder, "orm") : undefined;
}
