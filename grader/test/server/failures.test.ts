import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
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
  'echo "E: Failed to fetch http://debian.invalid: Could not resolve host" >&2; exit 100';
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
  const pull = ['{"error":"dial tcp: lookup registry.invalid: no such host"}'];
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

/** Asks for trouble with a registry, at an engine that tells this of itself. */
async function troubleAt(info: object, image: string): Promise<unknown> {
  const engine = await fakeEngine(checkout.folder, { "GET /info": info });
  const none = { HTTPS_PROXY: "", https_proxy: "", ALL_PROXY: "", all_proxy: "" };
  try {
    const code = `return (await load("registry")).registryTrouble("${engine.host}", "${image}");`;
    return (await checkout.run(code, none)).value;
  } finally {
    await engine.close();
  }
}

// Nothing listens at port 1 of this machine.
const closed = { IndexServerAddress: "http://127.0.0.1:1/v1/" };

test("the engine tells which registry is asked for an image without one in its name", async () => {
  assert.match(String(await troubleAt(closed, "mysql:9.7")), /^127\.0\.0\.1:1: /);
  assert.match(String(await troubleAt(closed, "nowhere.invalid/mysql")), /^nowhere\.invalid: /);
});

test("where the engine does not tell, or has a road of its own, it is left to try", async () => {
  assert.is(await troubleAt({ IndexServerAddress: "" }, "mysql:9.7"), undefined);
  assert.is(await troubleAt({ ...closed, HttpsProxy: "http://127.0.0.1:1" }, "mysql"), undefined);
  const mirror = { ...closed, RegistryConfig: { Mirrors: ["http://127.0.0.1:1/"] } };
  assert.is(await troubleAt(mirror, "mysql:9.7"), undefined);
});

test("an image is pulled by the name that it was given", async () => {
  const asked: (string | undefined)[] = [];
  const engine = await fakeEngine(checkout.folder, {
    "POST /images/create": ({ url }: { url?: string }) => {
      asked.push(url);
      return ["{}"];
    },
  });
  try {
    await checkout.run(
      `await (await load("registry")).pullImage("${engine.host}", "me/sql", note);`,
    );
    assert.equal(asked, ["/images/create?fromImage=me%2Fsql&tag=latest"]);
  } finally {
    await engine.close();
  }
});

test("a pull that does not begin is given up after 8 seconds", async () => {
  const silent = createServer();
  const socket = `${checkout.folder}/silent.sock`;
  await new Promise<void>((resolve) => silent.listen(socket, resolve));
  const begin = performance.now();
  try {
    const code = `await (await load("registry")).pullImage("unix://${socket}", "mysql:9.7", note);`;
    const { failure } = await checkout.run(code);
    assert.is(failure?.message, "The image mysql:9.7 could not be fetched.");
    assert.match(String(failure?.why), "the engine does not answer");
    assert.ok(performance.now() - begin < 15_000);
  } finally {
    silent.close();
  }
});

test("a build that is given up ends with all that it has started, and leaves nothing", async () => {
  await checkout.fake("mmdebstrap", "sleep 30 & wait");
  const code = `
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 500);
    const { makeRootfs } = await load("debian-image");
    const { message } = await makeRootfs(note, stop.signal).catch((error) => error);
    const left = (await import("node:fs")).readdirSync(".course");
    return { message, left };`;
  const begin = performance.now();
  const { value } = await checkout.run(code);
  assert.ok(performance.now() - begin < 15_000);
  assert.equal(value, {
    message: "MySQL could not be put together from Debian's packages.",
    left: [],
  });
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

test("apt-get whose lists are locked by another is tried again", async () => {
  const tried = `${checkout.folder}/fakes/tried`;
  await checkout.fake(
    "apt-get",
    `[ -e ${tried} ] && exit 0; touch ${tried}
    echo "E: Could not get lock /var/lib/apt/lists/lock" >&2; exit 100`,
  );
  const { failure, notes } = await checkout.run(install);
  assert.is(failure, undefined);
  assert.ok(notes.includes("waiting for another apt-get"));
});

test("of two processes that install, one waits for the other", async () => {
  const busy = `${checkout.folder}/fakes/busy`;
  await checkout.fake("apt-get", `mkdir ${busy} || exit 1; sleep 1; rmdir ${busy}`);
  const both = await Promise.all([checkout.run(install), checkout.run(install)]);
  assert.equal(
    both.map(({ failure }) => failure),
    [undefined, undefined],
  );
});

test.run();
