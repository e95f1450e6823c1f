import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { type Engine, engineAt } from "./engine-api.js";
import { podmanEngine } from "./podman.js";
import { findProgram, run } from "./run-command.js";

const user = process.getuid?.() ?? 0;
const runtime = process.env.XDG_RUNTIME_DIR ?? `/run/user/${user}`;

/** Where Docker is known to listen. */
const dockerSockets = [
  "/var/run/docker.sock",
  `${homedir()}/.docker/run/docker.sock`,
  `${homedir()}/.docker/desktop/docker.sock`,
  `${runtime}/docker.sock`,
];

/** Where Podman listens as a service of the machine. */
const podmanSockets = [
  `${runtime}/podman/podman.sock`,
  ...(user === 0 ? ["/run/podman/podman.sock"] : []),
];

async function firstOf(hosts: string[]): Promise<Engine | undefined> {
  for (const host of hosts) {
    const path = new URL(host).pathname;
    if (host.startsWith("unix:") && !existsSync(path)) continue;
    const engine = await engineAt(host);
    if (engine !== undefined) return engine;
  }
  return undefined;
}

const unix = (paths: string[]) => paths.map((path) => `unix://${path}`);

/** Sockets that only the command-line programs know: Docker's context, Podman's machine. */
async function namedSockets(): Promise<string[]> {
  const ask = async (command: string, args: string[]) => {
    const program = await findProgram(command);
    if (program === undefined) return "";
    return run(program, args, { failure: command, timeout: 5_000 }).catch(() => "");
  };
  const [context, machine] = await Promise.all([
    ask("docker", ["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]),
    process.platform === "linux"
      ? ""
      : ask("podman", ["machine", "inspect", "--format", "{{.ConnectionInfo.PodmanSocket.Path}}"]),
  ]);
  const path = machine.trim();
  return [context.trim(), path.startsWith("/") ? `unix://${path}` : ""].filter((host) =>
    /^(unix|tcp|npipe):/.test(host),
  );
}

/**
 * The first container engine that answers: DOCKER_HOST's, Docker's, Podman's. Podman is started
 * on a socket of our own where it is installed.
 * @throws Failure when Podman is there but does not work.
 */
export async function findEngine(): Promise<Engine | undefined> {
  const chosen = process.env.DOCKER_HOST;
  const windows = process.platform === "win32";
  const docker = await firstOf([
    ...(chosen !== undefined && URL.canParse(chosen) ? [chosen] : []),
    ...(windows ? ["npipe:////./pipe/docker_engine"] : unix(dockerSockets)),
  ]);
  if (docker !== undefined) return docker;
  let broken: unknown;
  try {
    const podman = await podmanEngine();
    if (podman !== undefined) return podman;
  } catch (error) {
    broken = error;
  }
  const other = await firstOf([...(windows ? [] : unix(podmanSockets)), ...(await namedSockets())]);
  if (other === undefined && broken !== undefined) throw broken;
  return other;
}
