import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Answers, type Checkout, fakeEngine, makeCheckout, type Outcome } from "./checkout.js";

const test = suite("server failures");
let checkout: Checkout;

test.before(async () => {
  checkout = await makeCheckout();
});
test.after(() => checkout.remove());
test.after.each(async () => {
  for (const folder of ["fakes", ".course"]) {
    await rm(`${checkout.folder}/${folder}`, { recursive: true, force: true });
  }
  await mkdir(`${checkout.folder}/fakes`);
});

const ensure = `return (await load("index")).ensureServer({ report, instance: "failing" });`;
const noNetwork =
  'echo "E: Failed to fetch http://deb.debian.org: Could not resolve host" >&2; exit 100';
const noSpace = 'echo "tar: write error: No space left on device" >&2; exit 2';
const dead =
  'case "$1" in --version) echo "mysqld  Ver 9.7.0 for Linux";; *) echo "cannot run" >&2; exit 1;; esac';

/** Runs ensureServer on a stand-in for an engine. Its registry is closed: port 1 of this machine. */
async function ensureOn(answers: Answers, environment: Record<string, string> = {}) {
  const engine = await fakeEngine(checkout.folder, answers);
  try {
    return await checkout.run(ensure, { DOCKER_HOST: engine.host, ...environment });
  } finally {
    await engine.close();
  }
}

/** All that a person reads of a failure. */
function words({ failure }: Outcome): string {
  return [failure?.message, failure?.why, failure?.remedy].join("\n");
}

test("when no way works, each is named with its reason, and there is something to do", async () => {
  await checkout.fake("mmdebstrap", noNetwork);
  await checkout.fake("mysqld", dead);
  const pull = ['{"error":"dial tcp: lookup registry-1.docker.io: no such host"}'];
  const outcome = await ensureOn({ "POST /images/create": pull });
  assert.is(outcome.failure?.message, "There is no MySQL, and none could be started.");
  assert.match(words(outcome), "could not be put together from Debian's packages");
  assert.match(words(outcome), "The network, or the server that it asked, cannot be reached.");
  assert.match(words(outcome), "mysql-memory-server");
  assert.match(words(outcome), "ORMLET_DATABASE_URL");
  assert.not.ok(existsSync(`${checkout.folder}/.course/server-failing.json`));
});

test("a full disk while Debian's packages are fetched stops the search and is named", async () => {
  await checkout.fake("mmdebstrap", noSpace);
  const outcome = await ensureOn({ "POST /images/create": ['{"error":"no such host"}'] });
  assert.is(outcome.failure?.message, "MySQL could not be put together from Debian's packages.");
  assert.match(words(outcome), "The disk is full.");
  assert.match(words(outcome), "Free at least 2 GB");
});

test("a full disk while the image is built is named, and the files are removed", async () => {
  const script = 'for last; do :; done; echo "mysqld Ver 9.7.4 for Linux"; echo x > "$last"';
  await checkout.fake("mmdebstrap", script);
  const outcome = await ensureOn({
    "POST /images/create": ['{"error":"no such host"}'],
    "POST /build": ['{"stream":"STEP 2/11: ADD"}', '{"error":"no space left on device"}'],
  });
  assert.is(outcome.failure?.message, "The MySQL image could not be built.");
  assert.match(words(outcome), "The disk is full.");
  assert.ok(outcome.notes.includes("STEP 2/11: ADD"));
  const { value } = await checkout.run(
    `return (await import("node:fs")).readdirSync(".course").filter((n) => n.startsWith("image-"));`,
  );
  assert.equal(value, []);
});

test("an image named by the user is never silently replaced", async () => {
  await checkout.fake("mmdebstrap", "exit 1");
  await checkout.fake("mysqld", dead);
  // HTTPS_PROXY leaves the question whether there is a network to the engine.
  const outcome = await ensureOn(
    { "POST /images/create": ['{"error":"manifest unknown"}'] },
    { ORMLET_MYSQL_IMAGE: "example.org/mine:1", HTTPS_PROXY: "http://127.0.0.1:1" },
  );
  assert.match(words(outcome), "The image example.org/mine:1, named by ORMLET_MYSQL_IMAGE");
  assert.match(words(outcome), "manifest unknown");
});

test("what an earlier set-up left half finished is removed first", async () => {
  const left = `${checkout.folder}/.course/image-abc123`;
  await mkdir(left, { recursive: true });
  await writeFile(`${left}/rootfs.tar`, "half a file");
  await checkout.fake("mmdebstrap", noSpace);
  await ensureOn({ "POST /images/create": ['{"error":"no such host"}'] });
  assert.not.ok(existsSync(left));
});

test("a pull tells how far it is", async () => {
  const line = (id: string, current: number, total: number) =>
    JSON.stringify({ status: "Downloading", id, progressDetail: { current, total } });
  const engine = await fakeEngine(checkout.folder, {
    "POST /images/create": [line("a", 10e6, 30e6), line("b", 5e6, 60e6), line("a", 30e6, 30e6)],
  });
  try {
    const code = `await (await load("registry")).pullImage("${engine.host}", "mysql:9.7", note);`;
    const { notes } = await checkout.run(code);
    assert.equal(notes, [
      "fetching mysql:9.7",
      "10 MB of 30 MB",
      "15 MB of 90 MB",
      "35 MB of 90 MB",
    ]);
  } finally {
    await engine.close();
  }
});

const askPodman = `return (await load("podman")).podmanEngine();`;

test("a Podman that finds the disk full says so", async () => {
  await checkout.fake(
    "podman",
    'echo "Error: mkdir /var/lib: no space left on device" >&2; exit 125',
  );
  const { failure } = await checkout.run(askPodman);
  assert.is(failure?.message, "Podman does not work.");
  assert.match(String(failure?.why), "The disk is full.");
});

test("a Podman that may not do its work says so", async () => {
  await checkout.fake(
    "podman",
    'echo "Error: cannot clone: Operation not permitted" >&2; exit 125',
  );
  const { failure } = await checkout.run(askPodman);
  assert.is(failure?.message, "Podman does not work.");
  assert.match(String(failure?.why), "cannot clone: Operation not permitted");
});

const install = `await (await load("apt")).installPackages(["podman"], note);`;

test("apt-get without a network says so", async () => {
  await checkout.fake("apt-get", noNetwork);
  const { failure } = await checkout.run(install);
  assert.is(failure?.message, "apt-get could not install podman.");
  assert.match(String(failure?.why), "cannot be reached");
});

test("apt-get with a full disk says so", async () => {
  await checkout.fake(
    "apt-get",
    `echo "E: You don't have enough free space in /var" >&2; exit 100`,
  );
  const { failure } = await checkout.run(install);
  assert.match(String(failure?.why), "The disk is full.");
});

test("apt-get without lists of packages fetches them and tries again", async () => {
  const lists = `${checkout.folder}/fakes/lists`;
  await checkout.fake(
    "apt-get",
    `case "$*" in *update*) touch ${lists}; exit 0;; esac
    [ -e ${lists} ] && exit 0; echo "E: Unable to locate package podman" >&2; exit 100`,
  );
  const { failure, notes } = await checkout.run(install);
  assert.is(failure, undefined);
  assert.ok(notes.includes("apt-get: fetching the lists of packages"));
});

test.run();
