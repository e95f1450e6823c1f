import { createConnection, type RowDataPacket } from "mysql2/promise";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../../src/base/paths.js";
import { labels } from "../../src/server/container.js";
import { debianImageName } from "../../src/server/debian-image.js";
import { findEngine } from "../../src/server/engine.js";
import { callEngine, imageLabels, removeContainer } from "../../src/server/engine-api.js";

const engine = await findEngine();
const image = await debianImageName();
const built = engine && (await imageLabels(engine.host, image));
const host = engine?.host ?? "";
const instance = `image-${process.pid}`;
const made: string[] = [];
const test = suite("the Debian-built image");
// It is there where no registry answers; elsewhere the official image is used, and it is not built.
const when = built ? test : test.skip;

test.after(async () => {
  for (const id of made) await removeContainer(host, id);
});

/** Starts a container of the image with these variables; returns its id. */
async function start(variables: Record<string, string>, command?: string[]): Promise<string> {
  const { Id } = (await callEngine(host, "POST", "/containers/create", {
    json: {
      Image: image,
      Env: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
      Labels: { [labels.checkout]: root, [labels.instance]: instance },
      ...(command === undefined ? {} : { Cmd: command }),
      ExposedPorts: { "3306/tcp": {} },
      HostConfig: { PortBindings: { "3306/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
    },
  })) as { Id: string };
  made.push(Id);
  await callEngine(host, "POST", `/containers/${Id}/start`);
  return Id;
}

interface Inspected {
  State: { Running: boolean; ExitCode: number };
  NetworkSettings: { Ports: Record<string, { HostPort: string }[] | null> };
}
const inspect = async (id: string) =>
  (await callEngine(host, "GET", `/containers/${id}/json`)) as Inspected;

async function query(id: string, user: string, password: string, text: string) {
  const port = Number((await inspect(id)).NetworkSettings.Ports["3306/tcp"]?.[0]?.HostPort);
  for (let tries = 0; ; tries++) {
    try {
      const connection = await createConnection({ host: "127.0.0.1", port, user, password });
      try {
        const [rows] = await connection.query<RowDataPacket[]>({ sql: text, rowsAsArray: true });
        return (Array.isArray(rows) ? rows.flat() : []) as unknown[];
      } finally {
        connection.destroy();
      }
    } catch (error) {
      const waiting = /ECONN|EHOSTUNREACH|ETIMEDOUT|PROTOCOL_CONNECTION_LOST/.test(
        (error as { code?: string }).code ?? "",
      );
      if (!waiting || tries > 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

when("it tells the version of its MySQL", () => {
  assert.match(String(built?.["org.opencontainers.image.version"]), /^\d+\.\d+\.\d+$/);
});

when("it honours the official image's variables, whatever characters they hold", async () => {
  const password = "it's \\ a `test` $HOME %s";
  const id = await start({
    MYSQL_ROOT_PASSWORD: password,
    MYSQL_DATABASE: "my_`shop",
    MYSQL_USER: "o'reilly",
    MYSQL_PASSWORD: "p\\w'",
  });
  assert.equal(await query(id, "root", password, "SELECT CURRENT_USER()"), ["root@%"]);
  const visible = await query(id, "o'reilly", "p\\w'", "SHOW DATABASES");
  assert.equal(visible, ["information_schema", "my_`shop", "performance_schema"]);
  // The underscore of the database's name stands for itself alone.
  await query(id, "root", password, "CREATE DATABASE `myx``shop`");
  assert.equal(await query(id, "o'reilly", "p\\w'", "SHOW DATABASES"), visible);
});

when("options after its name are MySQL's, and an empty password must be allowed", async () => {
  const id = await start({ MYSQL_ALLOW_EMPTY_PASSWORD: "1" }, ["--max-connections=7"]);
  assert.equal(await query(id, "root", "", "SELECT @@max_connections"), [7]);
});

when("without a password for root it ends, and says what it needs", async () => {
  const id = await start({});
  let state = (await inspect(id)).State;
  for (let tries = 0; state.Running && tries < 100; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    state = (await inspect(id)).State;
  }
  assert.is(state.Running, false);
  assert.is(state.ExitCode, 1);
  const query = { stdout: "true", stderr: "true" };
  const log = String(await callEngine(host, "GET", `/containers/${id}/logs`, { query }));
  assert.match(log, "MYSQL_ROOT_PASSWORD");
});

test.run();
