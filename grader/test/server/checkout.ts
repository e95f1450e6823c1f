import { spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { inRoot } from "../../src/base/paths.js";

/** What a scenario's process found: its outcome, and the notes that its report was given. */
export interface Outcome {
  value?: unknown;
  failure?: { name: string; message: string; why?: string; remedy?: string };
  notes: string[];
}

/** A copy of the server room in a folder of its own, whose `.course/` is nobody else's. */
export interface Checkout {
  folder: string;
  /** Puts a program that is a shell script before all others in PATH. */
  fake(name: string, script: string): Promise<void>;
  /**
   * Runs code in a new process of that checkout. It sees the modules of src/server by their
   * names, as in `(await load("podman")).podmanEngine()`, and `report`.
   */
  run(code: string, environment?: Record<string, string>): Promise<Outcome>;
  remove(): Promise<void>;
}

export async function makeCheckout(): Promise<Checkout> {
  const folder = await mkdtemp(`${tmpdir()}/ormlet-`);
  await mkdir(`${folder}/grader/src`, { recursive: true });
  await mkdir(`${folder}/fakes`);
  for (const part of ["src/server", "src/base", "bootstrap", "image"]) {
    await cp(inRoot("grader", part), `${folder}/grader/${part}`, { recursive: true });
  }
  await writeFile(`${folder}/package.json`, '{ "type": "module" }');
  await symlink(inRoot("node_modules"), `${folder}/node_modules`);
  return {
    folder,
    async fake(name, script) {
      await writeFile(`${folder}/fakes/${name}`, `#!/bin/sh\n${script}\n`);
      await chmod(`${folder}/fakes/${name}`, 0o755);
    },
    run: (code, environment) => runIn(folder, code, environment),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function runIn(folder: string, code: string, environment = {}): Promise<Outcome> {
  const script = `
    const load = (name) => import("${folder}/grader/src/server/" + name + ".ts");
    const notes = [];
    const report = { step: (_title, work) => work((note) => notes.push(note)) };
    const note = (text) => notes.push(text);
    const outcome = await (async () => { ${code} })().then(
      (value) => ({ value, notes }),
      ({ name, message, why, remedy }) => ({ failure: { name, message, why, remedy }, notes }),
    );
    console.log("outcome:" + JSON.stringify(outcome));`;
  const { ORMLET_DATABASE_URL: _url, ORMLET_MYSQL_IMAGE: _image, ...inherited } = process.env;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: folder,
    env: { ...inherited, PATH: `${folder}/fakes:${process.env.PATH}`, ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const line = output.split("\n").find((text) => text.startsWith("outcome:"));
      if (line === undefined) return reject(new Error(`no outcome, status ${status}: ${output}`));
      resolve(JSON.parse(line.slice("outcome:".length)) as Outcome);
    });
  });
}

/** Answers of a stand-in for a container engine, by method and path; the rest is 404. */
export type Answers = Record<string, unknown | ((request: IncomingMessage) => unknown)>;

/** A stand-in for an engine at `host`, for what cannot be had a real engine do: fail. */
export async function fakeEngine(
  folder: string,
  answers: Answers,
): Promise<{ host: string; close(): Promise<void> }> {
  const all: Answers = {
    "GET /version": { Version: "1.2.3", Components: [{ Name: "Engine" }] },
    "GET /info": {},
    "GET /containers/json": [],
    "GET /volumes": { Volumes: [] },
    ...answers,
  };
  const server = createServer((request, response) => reply(all, request, response));
  const socket = `${folder}/engine.sock`;
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    host: `unix://${socket}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An array of strings is sent as lines, as builds and pulls are. */
function reply(all: Answers, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split("?")[0];
  const answer = all[`${request.method} ${path}`];
  request.resume();
  request.on("end", () => {
    const body = typeof answer === "function" ? answer(request) : answer;
    response.setHeader("content-type", "application/json");
    if (body === undefined) {
      response.statusCode = 404;
      response.end(JSON.stringify({ message: `no such thing: ${path}` }));
    } else if (Array.isArray(body) && typeof body[0] === "string") {
      response.end(`${body.join("\n")}\n`);
    } else {
      response.end(JSON.stringify(body));
    }
  });
}
