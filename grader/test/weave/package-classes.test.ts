import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import ts from "@tslab/typescript-for-tslab";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import type { Chapter, CodeBlock } from "../../src/weave/model.js";
import { type Declaration, Modules, nameOf } from "../../src/weave/modules.js";
import { weaveSource } from "../../src/weave/notebook.js";
import { uses } from "./class-uses/index.js";
import { isClass, runUses } from "./class-uses/run.js";

/*
 * The law of woven classes, for each class of the package in a cell with little else: what it makes can be handed to the
 * rest of the package, by the types and when it runs. Chapters are not asked.
 */
const test = suite<{ folder: string }>("weave: classes of the package in cells");

test.before(async (context) => {
  context.folder = await mkdtemp(`${tmpdir()}/ormlet-package-classes-`);
});

test.after(({ folder }) => rm(folder, { recursive: true, force: true }));

const modules = new Modules(`${root}/orm/src`);
const classes = modules.files.flatMap((file) => modules.get(file).declarations.filter(isClass));
const files = [...new Set(classes.map(({ file }) => file))];

const floors = [...new Set(files.map((file) => file.replace(/\/.*/, "")))];

/** What exists for the compiler alone. */
const isType = ({ statements }: Declaration): boolean =>
  statements.every((one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one));

/** A cell with the classes of a file, with its types, and what they may need of it and cannot import. */
function classCell(file: string): CodeBlock {
  const place = { file: `orm/src/${file}`, line: 1 };
  const names = modules
    .get(file)
    .declarations.filter((one) => isClass(one) || isType(one) || !one.exported)
    .flatMap((one) => one.names.slice(0, 1));
  const references = [{ file, names, text: file, place }];
  return { kind: "code", code: "", references, raises: false, place };
}

for (const floor of floors) {
  test(`the package takes instances of the classes of ${floor}/`, async ({ folder }) => {
    const name = `90-${floor}`;
    const place = { file: `orm/src/${floor}`, line: 1 };
    const chapter: Chapter = { ...place, number: 90, name, title: name, notebooks: [] };
    const own = files.filter((file) => file.startsWith(`${floor}/`));
    // Backwards: an engine gets connections from the package, so its cell must not find a woven Connection.
    const blocks = own.reverse().map(classCell);
    await runUses(weaveSource({ name, blocks, place }, chapter, modules), folder);
  });
}

test("every class has a use, and every use a class", () => {
  assert.equal(Object.keys(uses).sort(), classes.map(nameOf).sort());
});

/** Names of types that the functions, methods and constructors of the package have as a parameter's own. */
function takenTypes(): Set<string> {
  const taken = new Set<string>();
  const addNames = (type: ts.TypeNode): void => {
    if (ts.isUnionTypeNode(type)) type.types.forEach(addNames);
    else if (ts.isTypeReferenceNode(type)) taken.add(type.typeName.getText());
  };
  const visit = (node: ts.Node): void => {
    if (ts.isParameter(node) && node.type && !ts.isTypeNode(node.parent)) addNames(node.type);
    ts.forEachChild(node, visit);
  };
  for (const file of modules.files) visit(modules.get(file).source);
  return taken;
}

test("no function takes the classes that are listed as not taken", () => {
  const taken = takenTypes();
  assert.ok(taken.has("EngineState"), "parameters are found at all");
  const wrong = Object.keys(uses).filter(
    (name) => uses[name]?.notTaken && taken.has(name.split("#")[1] ?? ""),
  );
  assert.equal(wrong, []);
});

test.run();
