import { randomBytes } from "node:crypto";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { isSupported, waitUntilReady } from "./connect.js";
import { callEngine, type Engine, EngineError, removeContainer } from "./engine-api.js";
import { checkoutId } from "./podman.js";
import { failureFrom, type Note } from "./run-command.js";
import type { ServerState } from "./state.js";

/** The labels by which a container is known again. */
export const labels = { checkout: "org.ormlet.checkout", instance: "org.ormlet.instance" };

/** One name for an instance of a checkout, so that there can never be two of it. */
export function containerName(instance: string): string {
  return `ormlet-mysql-${checkoutId}-${instance}`;
}

/**
 * A server for learning: small, alone, and without durability when its data are on tmpfs. A durable one loses
 * nothing that was committed, whatever becomes of it; its log of changes is on, as MySQL's own default is.
 */
function serverOptions(durable: boolean): string[] {
  return [
    "--mysqlx=OFF",
    "--skip-name-resolve",
    "--max-connections=300",
    "--innodb-redo-log-capacity=64M",
    ...(durable
      ? ["--log-bin=binlog", "--sync-binlog=1", "--innodb-flush-log-at-trx-commit=1"]
      : ["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF"]),
  ];
}

export interface ContainerRequest {
  engine: Engine;
  image: string;
  instance: string;
  durable: boolean;
  way: "container" | "built-image";
  /** The password of a durable server that has been there before. */
  password?: string;
}

/**
 * Starts MySQL in a container through testcontainers, with a port on 127.0.0.1 and a random
 * password, and waits until it answers.
 * @throws Failure when the container does not start, or MySQL in it is older than 8.4.
 */
export async function startContainer(request: ContainerRequest, note: Note): Promise<ServerState> {
  const { engine, image, instance, durable, way } = request;
  const name = containerName(instance);
  const password = request.password ?? randomBytes(18).toString("base64url");
  const log: string[] = [];
  note("starting MySQL in a container");
  try {
    const started = await withEnvironment(
      { DOCKER_HOST: engine.host, TESTCONTAINERS_RYUK_DISABLED: "true" },
      () => start({ ...request, name, password, log }),
    );
    note("waiting for MySQL to answer");
    const url = `mysql://root:${password}@127.0.0.1:${started.port}`;
    const version = await waitUntilReady(url, 20_000);
    if (!isSupported(version)) {
      throw new Failure(`${image} holds MySQL ${version}.`, {
        why: "The course needs MySQL 8.4 or later.",
        remedy: "Name another image in ORMLET_MYSQL_IMAGE, or unset it.",
      });
    }
    return {
      root,
      instance,
      url,
      way,
      version,
      durable,
      detail: `${engine.kind} ${engine.version}, image ${image}, container ${name}`,
      container: { id: started.id, name, engine: engine.host },
    };
  } catch (error) {
    await removeContainer(engine.host, name).catch(() => false);
    if (error instanceof Failure) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw failureFrom("MySQL did not start in a container.", [...log.slice(-8), words].join("\n"));
  }
}

async function start(
  request: ContainerRequest & { name: string; password: string; log: string[] },
): Promise<{ id: string; port: number }> {
  const { GenericContainer, Wait } = await import("testcontainers");
  class LocalContainer extends GenericContainer {
    /** testcontainers publishes ports to the whole network; this one is for this machine alone. */
    protected override beforeContainerCreated = async (): Promise<void> => {
      this.hostConfig.PortBindings = { "3306/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] };
      if (request.durable) this.hostConfig.Binds = [`${request.name}:/var/lib/mysql`];
    };
  }
  const container = new LocalContainer(request.image)
    .withName(request.name)
    .withLabels({ [labels.checkout]: root, [labels.instance]: request.instance })
    .withEnvironment({ MYSQL_ROOT_PASSWORD: request.password })
    .withCommand(["mysqld", ...serverOptions(request.durable)])
    .withExposedPorts(3306)
    .withAutoCleanup(false)
    .withLogConsumer((stream) => stream.on("data", (line) => request.log.push(String(line).trim())))
    // The official image starts twice, the first time with port 0, to make its accounts.
    .withWaitStrategy(Wait.forLogMessage(/ready for connections.*port: 3306\b/))
    .withStartupTimeout(120_000);
  if (!request.durable) container.withTmpFs({ "/var/lib/mysql": "rw,size=2g" });
  const started = await container.start();
  return { id: started.getId(), port: started.getMappedPort(3306) };
}

/** Sets environment variables of this process while something runs, and never longer. */
async function withEnvironment<T>(
  variables: Record<string, string>,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** Ends MySQL and removes its container: at leisure when it has data to keep, else at once. */
export async function endContainer(host: string, id: string, durable: boolean): Promise<void> {
  if (durable) {
    await callEngine(host, "POST", `/containers/${id}/stop`, {
      query: { t: "30" },
      timeout: 40_000,
    }).catch(ignoreGone);
  } else {
    await killContainer(host, id);
  }
  await removeContainer(host, id);
}

/** Ends MySQL as a crash would. */
export async function killContainer(host: string, id: string): Promise<void> {
  await callEngine(host, "POST", `/containers/${id}/kill`, {
    query: { signal: "SIGKILL" },
    timeout: 20_000,
  }).catch(ignoreGone);
}

/** 304 and 409: it does not run. 404: it is gone. Podman also says 500 of one that does not run. */
function ignoreGone(error: unknown): void {
  const gone = error instanceof EngineError && [304, 404, 409].includes(error.status);
  if (!gone && !/not running|improper|no such/i.test(String(error))) throw error;
}
