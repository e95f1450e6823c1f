import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import { weaveCourse } from "../../src/weave/index.js";
import type { Block, CodeBlock } from "../../src/weave/model.js";
import { weaveSource } from "../../src/weave/notebook.js";
import { classesOf, isClass, runUses } from "./class-uses/run.js";

/*
 * The law of woven classes, for each notebook that holds classes, with all that it weaves: what a class makes can be
 * handed to the rest of the package, by the types and when it runs. `package-classes.test.ts` tries each class alone.
 */
const test = suite<{ folder: string }>("weave: woven classes and the package");
const course = weaveCourse(root);

test.before(async (context) => {
  context.folder = await mkdtemp(`${tmpdir()}/ormlet-woven-classes-`);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

/** What the blocks of a notebook weave, without what else stands in them. */
function wovenOnly(block: Block): CodeBlock[] {
  if (block.kind === "markdown") return [];
  const { place } = block;
  const references = block.kind === "code" ? block.references : [block.reference ?? []].flat();
  // An exercise that holds no class is not needed: the package has its functions.
  const needed =
    block.kind === "code" ||
    references.some((one) => course.modules.find(one).declarations.some(isClass));
  if (references.length === 0 || !needed) return [];
  return [{ kind: "code", code: "", references, raises: false, place }];
}

for (const notebook of course.notebooks) {
  const names = classesOf(notebook);
  if (names.length === 0) continue;
  test(`the package takes instances of the classes of ${notebook.name}`, async ({ folder }) => {
    const { chapter, name, place } = notebook;
    const source = chapter.notebooks.find((one) => one.name === name);
    const blocks = source?.blocks.flatMap(wovenOnly) ?? [];
    const woven = weaveSource({ name, blocks, place }, chapter, course.modules);
    assert.equal(classesOf(woven), names, "the classes are the course's own cells");
    await runUses(woven, folder);
  });
}

test.run();
