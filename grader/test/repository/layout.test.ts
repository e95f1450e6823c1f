import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { execa } from "execa";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { inRoot, root } from "../../src/base/paths.js";
import { weaveCourse } from "../../src/weave/index.js";

const test = suite("what stands in the repository");

async function tracked(): Promise<string[]> {
  const { stdout } = await execa("git", ["ls-files"], { cwd: root });
  return stdout.split("\n");
}

test("the top level holds the rooms of the house and nothing else", async () => {
  const names = new Set((await tracked()).map((file) => file.split("/")[0] as string));
  const plain = [...names].filter((name) => !name.startsWith(".")).sort();
  assert.equal(plain, [
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "exercises",
    "grader",
    "notebooks",
    "orm",
    "package-lock.json",
    "package.json",
    "solutions",
    "tsconfig.json",
  ]);
});

test("each chapter has the tests that run and see its notebooks, and the one of its wrong answers", async () => {
  const files = await tracked();
  const { chapters, manifest } = weaveCourse(root);
  const expected = [
    ...chapters.map(({ number }) => `grader/test/notebooks/chapters/${number}.test.ts`),
    ...chapters.map(({ number }) => `grader/test/end-to-end/notebooks/${number}.test.ts`),
    ...manifest.map(({ path }) => `grader/test/exercises/wrong/${basename(dirname(path))}.test.ts`),
  ];
  assert.equal(
    [...new Set(expected)].filter((file) => !files.includes(file)),
    [],
  );
});

test("a test makes its folders where the linter, which may run beside it, does not look", async () => {
  const seen: string[] = [];
  for (const file of (await tracked()).filter((name) =>
    /^(grader|orm)\/test\/.*\.ts$/.test(name),
  )) {
    const text = await readFile(inRoot(file), "utf8");
    if (/mkdtemp(Sync)?\(\s*(inRoot\(|root\b|`\$\{root\})/.test(text)) seen.push(file);
  }
  assert.equal(seen, []);
});

test("the lock file names no download address", async () => {
  const lock = await readFile(inRoot("package-lock.json"), "utf8");
  assert.not.match(lock, /https?:\/\/[^"]*\.tgz/);
});

test("the lock file has every part of a package that another platform needs, or npm ci would refuse it", async () => {
  const { packages } = JSON.parse(await readFile(inRoot("package-lock.json"), "utf8")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const isThere = (from: string, name: string) =>
    [`${from}/node_modules/${name}`, `node_modules/${name}`].some((path) => path in packages);
  const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isThere(from, name)),
  );
  assert.equal(missing, []);
});

test("the package depends on nothing but the database drivers, and those are optional", async () => {
  const orm = JSON.parse(await readFile(inRoot("orm/package.json"), "utf8")) as {
    dependencies?: object;
    peerDependencies: Record<string, string>;
    peerDependenciesMeta: Record<string, { optional: boolean }>;
  };
  assert.is(orm.dependencies, undefined);
  assert.equal(Object.keys(orm.peerDependencies), ["mysql2"]);
  assert.equal(orm.peerDependenciesMeta, { mysql2: { optional: true } });
});

test("every relative link of the README files leads somewhere", async () => {
  const files = new Set(await tracked());
  const folders = new Set([...files].map((file) => file.slice(0, file.lastIndexOf("/") + 1)));
  for (const readme of ["README.md", "orm/README.md"]) {
    const text = await readFile(inRoot(readme), "utf8");
    const base = readme.slice(0, readme.lastIndexOf("/") + 1);
    for (const [, link] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
      const target = new URL(link as string, `file:///${base}`).pathname.slice(1);
      assert.ok(
        files.has(target) || folders.has(`${target.replace(/\/$/, "")}/`),
        `${readme}: ${link}`,
      );
    }
  }
});

test.run();
