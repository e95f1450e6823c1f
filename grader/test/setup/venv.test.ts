import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Python, pythonFailure } from "../../src/setup/python.js";
import type { Checkout } from "../../src/testing/checkout.js";
import { evaluate, fakeProgram, type Outcome, setUpCheckout } from "./checkout.js";

const test = suite<{ copy: Checkout }>("the virtual environment");

test.before(async (context) => {
  context.copy = await setUpCheckout();
});

test.after(async ({ copy }) => {
  await copy?.remove();
});

const code = `
  const { ensureVenv } = await import("./grader/dist/setup/venv.js");
  const { terminalReport } = await import("./grader/dist/base/terminal-report.js");
  await ensureVenv({ report: terminalReport() });`;

/** A shell script in the place of Python, whose pip runs the command that the test gives. */
const fakePython = (pip: string) => `#!/bin/sh
case "$*" in
  "-m venv "*) echo venv >> "$CALLS"; mkdir -p "$3/bin"; cp "$0" "$3/bin/python" ;;
  "-m pip install "*) echo pip >> "$CALLS"; venv=$(dirname "$(dirname "$0")"); ${pip} ;;
  *) echo "[\\"$0\\", [3, 12, 1], true]" ;;
esac
`;

const works = 'mkdir -p "$venv/share/jupyter/lab"; echo Collecting jupyterlab';

/** Makes sure of `.venv` in the copy, with a Python whose pip runs that command. */
async function ensure(copy: Checkout, pip = works): Promise<Outcome & { calls: string[] }> {
  const folder = join(copy.root, "fake");
  const CALLS = join(folder, "calls");
  await rm(CALLS, { force: true });
  await fakeProgram(folder, "python-for-test", fakePython(pip));
  // The Python in `.venv` is the one that made it. Removed first: it may be a link to a real one.
  if (existsSync(join(copy.root, ".venv/bin/python"))) {
    await rm(join(copy.root, ".venv/bin/python"));
    await fakeProgram(join(copy.root, ".venv/bin"), "python", fakePython(pip));
  }
  const env = { PYTHON: join(folder, "python-for-test"), CALLS };
  const outcome = await evaluate(copy.root, code, env);
  const calls = existsSync(CALLS) ? (await readFile(CALLS, "utf8")).trim().split("\n") : [];
  return { ...outcome, calls };
}

const trace = /^\s+at .+:\d+:\d+\)?$/m;

test("is made once, and then it is there", async ({ copy }) => {
  const first = await ensure(copy);
  assert.is(first.code, 0, first.stderr);
  assert.equal(first.calls, ["venv", "pip"]);
  assert.match(first.stderr, "Installing JupyterLab in .venv");
  const second = await ensure(copy);
  assert.equal(second.calls, []);
  assert.is(second.stderr, "");
});

test("a changed list of requirements is installed into the one that is there", async ({ copy }) => {
  await appendFile(join(copy.root, "grader/requirements.txt"), "\n# changed\n");
  assert.equal((await ensure(copy)).calls, ["pip"]);
  assert.equal((await ensure(copy)).calls, []);
});

test("one that was interrupted is made anew", async ({ copy }) => {
  await rm(join(copy.root, ".venv/.course-installed"));
  await writeFile(join(copy.root, ".venv/left-over"), "");
  assert.equal((await ensure(copy)).calls, ["venv", "pip"]);
  assert.not.ok(existsSync(join(copy.root, ".venv/left-over")));
});

test("one whose Python has been removed from the machine is made anew", async ({ copy }) => {
  await rm(join(copy.root, ".venv/bin/python"));
  await symlink("/nowhere/python3", join(copy.root, ".venv/bin/python"));
  assert.equal((await ensure(copy)).calls, ["venv", "pip"]);
});

test("one whose JupyterLab has gone is mended", async ({ copy }) => {
  await rm(join(copy.root, ".venv/share"), { recursive: true });
  const outcome = await ensure(copy);
  assert.equal(outcome.calls.at(-1), "pip");
  assert.ok(existsSync(join(copy.root, ".venv/share/jupyter/lab")));
});

test("of two at once one makes it and the other waits", async ({ copy }) => {
  await rm(join(copy.root, ".venv"), { recursive: true });
  const [one, two] = await Promise.all([
    ensure(copy, `sleep 2; ${works}`),
    evaluate(copy.root, code, {
      PYTHON: join(copy.root, "fake/python-for-test"),
      CALLS: join(copy.root, "fake/calls"),
    }),
  ]);
  assert.is(one.code, 0, one.stderr);
  assert.is(two.code, 0, two.stderr);
  assert.equal(one.calls, ["venv", "pip"]);
});

test("a full disk is told, and the next try starts from nothing", async ({ copy }) => {
  await rm(join(copy.root, ".venv"), { recursive: true });
  const full = "echo 'ERROR: [Errno 28] No space left on device'; exit 1";
  const outcome = await ensure(copy, full);
  assert.is(outcome.code, 1);
  assert.match(outcome.stderr, "JupyterLab could not be installed (pip)");
  assert.match(outcome.stderr, "the disk is full");
  assert.not.match(outcome.stderr, trace);
  assert.equal((await ensure(copy)).calls, ["venv", "pip"]);
});

test("a disk that is really full is told", async ({ copy }) => {
  const folder = await mkdtemp(join(tmpdir(), "ormlet-full-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]);
  if (mounted.status !== 0) {
    console.log("SKIPPED: a small disk can be made by root alone");
    return rm(folder, { recursive: true });
  }
  try {
    await rm(join(copy.root, ".venv"), { recursive: true });
    const fill = 'mkdir -p "$venv/share/jupyter/lab" && cat /dev/zero > "$DISK/all"; exit $?';
    process.env.DISK = folder;
    const outcome = await ensure(copy, fill);
    assert.is(outcome.code, 1);
    assert.match(outcome.stderr, "the disk is full");
  } finally {
    delete process.env.DISK;
    execFileSync("umount", [folder]);
    await rm(folder, { recursive: true });
  }
});

test("no network: the failure of the real pip is explained", async ({ copy }) => {
  await rm(join(copy.root, ".venv"), { recursive: true, force: true });
  const outcome = await evaluate(copy.root, code, {
    PIP_CONFIG_FILE: "/dev/null",
    PIP_INDEX_URL: "http://127.0.0.1:9/simple",
    PIP_EXTRA_INDEX_URL: "",
    PIP_FIND_LINKS: "",
    PIP_RETRIES: "0",
  });
  assert.is(outcome.code, 1);
  assert.match(outcome.stderr, "JupyterLab could not be installed (pip)");
  assert.match(outcome.stderr, "127.0.0.1:9 could not be reached");
  assert.match(outcome.stderr, "What to do: check the network");
  assert.not.match(outcome.stderr, trace);
});

const python: Python = {
  executable: "/usr/bin/python3",
  version: "3.12.1",
  tooOld: false,
  canMakeVenv: true,
};

test("one Python that will do is enough", () => {
  const old = { ...python, version: "3.8.10", tooOld: true };
  assert.is(pythonFailure([old, python]), undefined);
});

test("no Python, an old one and one without venv each have their own words", () => {
  assert.match(pythonFailure([])?.message ?? "", "Python 3 was not found");
  const old = pythonFailure([{ ...python, version: "3.8.10", tooOld: true }]);
  assert.match(old?.message ?? "", "too old");
  assert.match(old?.why ?? "", "needs Python 3.10 or newer; found 3.8.10 (/usr/bin/python3)");
  const bare = pythonFailure([{ ...python, canMakeVenv: false }]);
  assert.match(bare?.message ?? "", "cannot make a virtual environment");
  assert.match(bare?.why ?? "", "ensurepip");
});

test("an old Python on the PATH is recognised as such", async ({ copy }) => {
  const folder = join(copy.root, "old-python");
  await mkdir(folder);
  await fakeProgram(folder, "python3", "#!/bin/sh\necho '[\"/old/python3\", [3, 9, 2], true]'\n");
  const asking = `
    const { pythons } = await import("./grader/dist/setup/python.js");
    console.log(JSON.stringify(await pythons()));`;
  const outcome = await evaluate(copy.root, asking, { PATH: folder, PYTHON: "" });
  const expected = {
    executable: "/old/python3",
    version: "3.9.2",
    tooOld: true,
    canMakeVenv: true,
  };
  assert.equal(JSON.parse(outcome.stdout), [expected]);
});

test.run();
