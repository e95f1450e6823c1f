import { rm, writeFile } from "node:fs/promises";
import { createServer, connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, sql } from "../../src/engine/index.js";
import { errorOf, serverUrl, testDatabase } from "../support.js";

const test = suite("TLS and sockets");
const database = testDatabase(test);

/** The cipher of a connection, empty without TLS. */
async function cipher(parameters: string): Promise<unknown> {
  const engine = createEngine(`${database.url}?${parameters}`);
  try {
    const [row] = await engine.execute(sql`SHOW SESSION STATUS LIKE 'Ssl_cipher'`);
    return row?.Value;
  } finally {
    await engine.dispose();
  }
}

test("ssl-mode says whether the connection is encrypted", async () => {
  assert.is(await cipher("ssl-mode=DISABLED"), "");
  assert.is(await cipher("charset=utf8mb4"), "");
  assert.match(String(await cipher("ssl-mode=REQUIRED")), /^TLS_|SHA/);
});

test("a server that no authority vouches for is refused with VERIFY_CA and VERIFY_IDENTITY", async () => {
  for (const mode of ["VERIFY_CA", "verify_identity"]) {
    const error = await errorOf(() => cipher(`ssl-mode=${mode}`));
    assert.equal([error.name, error.code], ["OperationalError", "connection-failed"]);
    assert.match(error.message, /certificate/);
  }
});

test("ssl-ca alone means VERIFY_CA; a file that cannot be read is said", async () => {
  const path = join(tmpdir(), `ormlet-ca-${process.pid}.pem`);
  try {
    await writeFile(path, "not a certificate");
    const error = await errorOf(() => cipher(`ssl-ca=${path}`));
    assert.is(error.code, "connection-failed");
  } finally {
    await rm(path, { force: true });
  }
  const missing = await errorOf(() => cipher("ssl-ca=/no/such/file.pem"));
  assert.is(missing.code, "ssl-ca");
});

test("socket is used in place of host and port", async () => {
  const path = join(tmpdir(), `ormlet-${process.pid}.sock`);
  const target = serverUrl();
  const server = createServer((client) => {
    const upstream = dial(Number(target.port || 3306), target.hostname);
    client
      .on("error", () => upstream.destroy())
      .pipe(upstream)
      .on("error", () => client.destroy())
      .pipe(client);
  }).listen(path);
  const url = new URL(database.url);
  url.host = "nowhere.invalid:1";
  const engine = createEngine(`${url.href}?socket=${path}`);
  assert.equal(
    [...(await engine.execute(sql`SELECT DATABASE() AS name`))],
    [{ name: database.name }],
  );
  await engine.dispose();
  server.close();
  const gone = createEngine(`${url.href}?socket=${path}.gone`);
  assert.match(
    (await errorOf(() => gone.execute(sql`SELECT 1`))).message,
    /^No connection to .*\.sock\.gone: /,
  );
});

test.run();
