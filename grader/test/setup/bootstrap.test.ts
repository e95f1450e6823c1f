import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { isAlive } from "../../bootstrap/lock.mjs";
import { inRoot } from "../../src/base/paths.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { begin, fakeProgram, run, setUpCheckout, until } from "./checkout.js";

const test = suite<{ copy: Checkout }>("the way into every npm script");

test.before(async (context) => {
  context.copy = await setUpCheckout();
});

test.after(async ({ copy }) => {
  await copy?.remove();
});

/** A stack trace, which nobody must be shown. */
const trace = /^\s+at .+:\d+:\d+\)?$/m;

/** An npm that links the packages which are there already, and notes that it was called. */
const linkingNpm = `#!/bin/sh
echo "$@" >> "$CALLS"
sleep 1
mkdir -p node_modules
for one in "$PACKAGES"/* "$PACKAGES"/.package-lock.json; do ln -sfn "$one" node_modules/ ; done
ln -sfn ../orm node_modules/ormlet
ln -sfn ../grader node_modules/course
`;

/** One that would take half a minute, and says which process it is. */
const slowNpm = '#!/bin/sh\necho $$ > "$CALLS.pid"; echo "$@" >> "$CALLS"; exec sleep 30\n';

async function npmProcess(env: { CALLS: string }): Promise<number> {
  return Number(await readFile(`${env.CALLS}.pid`, "utf8"));
}

async function withFakeNpm(root: string, script: string) {
  const calls = join(root, "npm-calls");
  await rm(calls, { force: true });
  const PATH = await fakeProgram(join(root, "fake"), "npm", script);
  const env = { PATH, CALLS: calls, PACKAGES: inRoot("node_modules") };
  const count = async () =>
    existsSync(calls) ? (await readFile(calls, "utf8")).trim().split("\n").length : 0;
  return { env, count };
}

for (const version of ["14.21.3", "18.20.8", "20.18.3", "21.7.3", "22.11.0"]) {
  test(`Node ${version} is told to be too old`, async ({ copy }) => {
    const preload = join(copy.root, "old-node.cjs");
    const versions = `{ ...process.versions, node: ${JSON.stringify(version)} }`;
    await writeFile(preload, `Object.defineProperty(process, "versions", { value: ${versions} });`);
    const outcome = await run(copy.root, ["doctor"], {}, ["--require", preload]);
    assert.is(outcome.code, 1);
    assert.match(outcome.stderr, `found Node.js ${version}`);
    assert.match(outcome.stderr, "20.19 or newer");
    assert.match(outcome.stderr, "nvm install");
    assert.not.match(outcome.stderr, trace);
  });
}

test("the first file parses on old versions of Node", async () => {
  // Node 12 is the oldest that runs this kind of module without a flag. It has none of these.
  const text = (await readFile(inRoot("grader/bootstrap.mjs"), "utf8")).replace(
    /^\s*\/\/.*$/gm,
    "",
  );
  assert.not.match(text, /\?\.|\?\?|\|\|=|node:|^\s*await |#\w+|^\s*import .* from/m);
});

test("a finished set-up says nothing and runs the command", async ({ copy }) => {
  await run(copy.root, ["stop", "--help"]);
  const outcome = await run(copy.root, ["stop", "--help"]);
  assert.is(outcome.code, 0);
  assert.is(outcome.stderr, "");
  assert.match(outcome.stdout, "stop the MySQL");
});

test("a package that has gone is installed again", async ({ copy }) => {
  const { env, count } = await withFakeNpm(copy.root, linkingNpm);
  await rm(join(copy.root, "node_modules/uvu"));
  const outcome = await run(copy.root, ["stop", "--help"], env);
  assert.is(outcome.code, 0, outcome.stderr);
  assert.is(await count(), 1);
  assert.match(outcome.stderr, "Installing packages");
  assert.is((await run(copy.root, ["stop", "--help"], env)).stderr, "");
  assert.is(await count(), 1);
});

test("an output that has gone is built again", async ({ copy }) => {
  await rm(join(copy.root, "grader/dist/base/failure.js"));
  const outcome = await run(copy.root, ["stop", "--help"]);
  assert.is(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stderr, "Building");
  assert.ok(existsSync(join(copy.root, "grader/dist/base/failure.js")));
});

test("a build that was cut short is done again", async ({ copy }) => {
  await rm(join(copy.root, "orm/dist"), { recursive: true });
  await rm(join(copy.root, "grader/dist"), { recursive: true });
  await mkdir(join(copy.root, "grader/dist"));
  const outcome = await run(copy.root, ["stop", "--help"]);
  assert.is(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, "stop the MySQL");
});

test("sources that do not compile are shown with their line", async ({ copy }) => {
  const file = join(copy.root, "orm/src/index.ts");
  const text = await readFile(file, "utf8");
  await writeFile(file, `${text}\nexport const broken: number = "three";\n`);
  const outcome = await run(copy.root, ["grade", "1.1"]);
  await writeFile(file, text);
  assert.is(outcome.code, 3);
  assert.match(outcome.stderr, /orm\/src\/index\.ts\(\d+,\d+\): error TS2322/);
  assert.not.match(outcome.stderr, trace);
});

test("of two at once one sets up and the other waits, saying so", async ({ copy }) => {
  const { env, count } = await withFakeNpm(copy.root, linkingNpm);
  await rm(join(copy.root, "node_modules/uvu"));
  const first = begin(copy.root, ["stop", "--help"], env);
  await until("npm was called", async () => (await count()) === 1);
  const second = await run(copy.root, ["stop", "--help"], env);
  const outcome = await first.ended;
  assert.is(outcome.code, 0, outcome.stderr);
  assert.is(second.code, 0, second.stderr);
  assert.match(second.stderr, `process ${first.child.pid}`);
  assert.is(await count(), 1);
});

test("the lock of a command that was killed is taken over", async ({ copy }) => {
  const { env, count } = await withFakeNpm(copy.root, slowNpm);
  await rm(join(copy.root, "node_modules/uvu"));
  const killed = begin(copy.root, ["stop", "--help"], env);
  await until("npm was called", async () => (await count()) === 1);
  killed.child.kill("SIGKILL");
  process.kill(await npmProcess(env), "SIGKILL");
  await killed.ended;
  const next = await withFakeNpm(copy.root, linkingNpm);
  const outcome = await run(copy.root, ["stop", "--help"], next.env);
  assert.is(outcome.code, 0, outcome.stderr);
  assert.is(await next.count(), 1);
  assert.ok(outcome.seconds < 20);
});

test("Ctrl-C during the installation ends npm, too, and frees the lock", async ({ copy }) => {
  const { env, count } = await withFakeNpm(copy.root, slowNpm);
  await rm(join(copy.root, "node_modules/uvu"));
  const command = begin(copy.root, ["stop", "--help"], env);
  await until("npm runs", async () => (await count()) === 1);
  const npm = await npmProcess(env);
  command.child.kill("SIGINT");
  assert.is((await command.ended).code, 130);
  await until("npm has ended", () => !isAlive(npm), 5);
  assert.not.ok(existsSync(join(copy.root, ".course/locks/set-up")));
  await run(copy.root, ["stop", "--help"], (await withFakeNpm(copy.root, linkingNpm)).env);
});

test("no network: npm's failure is explained", async ({ copy }) => {
  const elsewhere = await setUpCheckout();
  try {
    // The real npm, with an empty cache and a registry where nobody answers.
    await rm(join(elsewhere.root, "node_modules"), { recursive: true });
    const outcome = await run(elsewhere.root, ["doctor"], {
      npm_config_registry: "http://127.0.0.1:9/",
      npm_config_cache: join(copy.root, "empty-cache"),
      npm_config_fetch_retries: "0",
    });
    assert.is(outcome.code, 1);
    assert.match(outcome.stderr, "could not be installed (npm ci)");
    assert.match(outcome.stderr, "127.0.0.1:9 could not be reached");
    assert.match(outcome.stderr, "What to do: check the network");
    assert.not.match(outcome.stderr, trace);
  } finally {
    await elsewhere.remove();
  }
});

test("a mistake of ours is one line, with its trace in a file", async ({ copy }) => {
  const cli = join(copy.root, "grader/dist/cli.js");
  const text = await readFile(cli, "utf8");
  await writeFile(cli, 'export async function main() { throw new TypeError("no such thing"); }');
  const outcome = await run(copy.root, ["doctor"]);
  await writeFile(cli, text);
  assert.is(outcome.code, 1);
  assert.match(outcome.stderr, "✖ no such thing");
  assert.not.match(outcome.stderr, trace);
  const [, log] = /(\.course\/logs\/error-\S+)/.exec(outcome.stderr) ?? [];
  assert.match(await readFile(join(copy.root, log as string), "utf8"), trace);
});

test.run();
