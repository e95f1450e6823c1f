import { readdirSync, readFileSync, rmSync } from "node:fs";
import { isAlive } from "../../bootstrap/lock.mjs";
import { inState, root } from "../base/paths.js";

/** Where the learner's JupyterLab of this checkout keeps its settings, workspaces and files of running servers. */
export const labHome = inState("jupyter");

/** Where JupyterLab writes its messages, and those of the kernels. */
export const labLog = inState("logs", "jupyterlab.log");

/** What JupyterLab and its tools must have in their environment to find their folders below `home`. */
export function labEnvironment(home: string): Record<string, string> {
  return {
    JUPYTER_CONFIG_DIR: `${home}/config`,
    JUPYTER_DATA_DIR: `${home}/data`,
    JUPYTER_RUNTIME_DIR: `${home}/runtime`,
    JUPYTERLAB_SETTINGS_DIR: `${home}/config/lab/user-settings`,
    JUPYTERLAB_WORKSPACES_DIR: `${home}/config/lab/workspaces`,
    JUPYTER_PREFER_ENV_PATH: "1",
    PYTHONUNBUFFERED: "1",
  };
}

/** A JupyterLab that serves this checkout. */
export interface Lab {
  pid: number;
  port: number;
  /** With the token, without a path: `labAddress` adds the notebook. */
  url: string;
  token: string;
}

/** The address that opens a notebook, ready to be clicked. */
export function labAddress(lab: Lab, notebook = "notebooks/00-welcome.ipynb"): string {
  return `${lab.url}lab/tree/${notebook}?token=${lab.token}`;
}

/** The JupyterLab of this checkout that runs and answers, if there is one. */
export async function runningLab(home = labHome): Promise<Lab | undefined> {
  for (const { pid, file } of runtimeFiles(home)) {
    const lab = isAlive(pid) ? readLab(file) : undefined;
    if (lab && (await answers(lab))) return lab;
    if (!isAlive(pid)) rmSync(file, { force: true });
  }
  return undefined;
}

/** Asks a running JupyterLab for something: `/api/status`, `/api/kernelspecs`. */
export async function askLab(lab: Lab, path: string): Promise<unknown> {
  const headers = { Authorization: `token ${lab.token}` };
  const signal = AbortSignal.timeout(5000);
  const response = await fetch(new URL(path, lab.url), { headers, signal });
  if (!response.ok) throw new Error(`JupyterLab answers ${response.status} to ${path}`);
  return response.json();
}

/** The files that Jupyter writes for each running server, by its process. */
function runtimeFiles(home: string): { pid: number; file: string }[] {
  try {
    return readdirSync(`${home}/runtime`).flatMap((name) => {
      const [, pid] = /^jpserver-(\d+)\.json$/.exec(name) ?? [];
      return pid ? [{ pid: Number(pid), file: `${home}/runtime/${name}` }] : [];
    });
  } catch {
    return [];
  }
}

function readLab(file: string): Lab | undefined {
  try {
    const server = JSON.parse(readFileSync(file, "utf8")) as Lab & { root_dir: string };
    const { pid, port, url, token } = server;
    return server.root_dir === root ? { pid, port, url, token } : undefined;
  } catch {
    return undefined;
  }
}

async function answers(lab: Lab): Promise<boolean> {
  try {
    await askLab(lab, "/api/status");
    return true;
  } catch {
    return false;
  }
}
