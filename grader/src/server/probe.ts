import { Failure } from "../base/failure.js";
import { imagePackages, isDebian, isRoot, podmanPackages } from "./apt.js";
import { debianImageName } from "./debian-image.js";
import { findEngine } from "./engine.js";
import { type Engine, hasImage, imageLabels } from "./engine-api.js";
import { memoryServerSource } from "./memory-server.js";
import { checkOwnServer, ownUrl, ownVariable } from "./own.js";
import { chosenImage, registryTrouble } from "./registry.js";
import { findProgram } from "./run-command.js";

/** What was found of one way to get a MySQL. */
export interface WayFound {
  way: string;
  usable: boolean;
  /** What makes it usable, with versions, or what is missing. */
  why: string;
  /** What makes it usable when it is not. */
  remedy?: string;
}

/**
 * Looks at every way to get a MySQL, in the order in which they are tried. Starts no server and
 * installs nothing; takes a few seconds at most.
 */
export async function probeWays(): Promise<WayFound[]> {
  const engine = findEngine().then(
    (found) => ({ found }),
    (trouble: unknown) => ({ trouble }),
  );
  return Promise.all([
    probeOwn(),
    engine.then(probeOfficialImage),
    engine.then(probeDebianImage),
    probeMemoryServer(),
    engine.then(probeInstalling),
  ]);
}

type EngineFound = { found: Engine | undefined } | { trouble: unknown };

const noEngine =
  "On Debian or Ubuntu: apt-get install podman. Elsewhere: install Docker or Podman.";

/** An unusable way, from what went wrong. */
function unusable(way: string, trouble: unknown, remedy?: string): WayFound {
  const failure = trouble instanceof Failure ? trouble : undefined;
  const words = trouble instanceof Error ? trouble.message : String(trouble);
  const help = failure?.remedy ?? remedy;
  const why = failure?.why === undefined ? words : `${words} ${failure.why}`;
  return { way, usable: false, why, ...(help === undefined ? {} : { remedy: help }) };
}

async function probeOwn(): Promise<WayFound> {
  const way = ownVariable;
  const own = ownUrl();
  if (own === undefined) {
    const remedy = `To use a MySQL of your own: ${ownVariable}=mysql://user:password@host:3306`;
    return unusable(way, "It is not set.", remedy);
  }
  try {
    const { url, version } = await checkOwnServer(own, true);
    return { way, usable: true, why: `MySQL ${version} at ${new URL(url).host}` };
  } catch (error) {
    return unusable(way, error);
  }
}

async function probeOfficialImage(engine: EngineFound): Promise<WayFound> {
  const { name } = chosenImage();
  const way = `container of ${name}`;
  if ("trouble" in engine) return unusable(way, engine.trouble);
  if (engine.found === undefined) return unusable(way, "No container engine answers.", noEngine);
  const { kind, version, host } = engine.found;
  try {
    if (await hasImage(host, name)) {
      return { way, usable: true, why: `${kind} ${version}, which has the image` };
    }
    const trouble = await registryTrouble(host, name);
    if (trouble === undefined) {
      const why = `${kind} ${version}; the image would be fetched first, if its registry answers`;
      return { way, usable: true, why };
    }
    const why = `${kind} ${version} has no such image, and its registry does not answer (${trouble})`;
    return unusable(
      way,
      why,
      "Connect to the network, or name another image in ORMLET_MYSQL_IMAGE.",
    );
  } catch (error) {
    return unusable(way, error);
  }
}

async function probeDebianImage(engine: EngineFound): Promise<WayFound> {
  const way = "container of an image built from Debian's packages";
  if ("trouble" in engine) return unusable(way, engine.trouble);
  if (engine.found === undefined) return unusable(way, "No container engine answers.", noEngine);
  const { kind, version, host } = engine.found;
  try {
    const labels = await imageLabels(host, await debianImageName());
    if (labels !== undefined) {
      const mysql = labels["org.opencontainers.image.version"];
      return { way, usable: true, why: `${kind} ${version}, which has it, with MySQL ${mysql}` };
    }
  } catch (error) {
    return unusable(way, error);
  }
  if ((await findProgram("mmdebstrap")) !== undefined) {
    return { way, usable: true, why: `${kind} ${version} and mmdebstrap; it would be built first` };
  }
  if (isRoot() && (await isDebian())) {
    const why = `${kind} ${version}; mmdebstrap would be installed, and the image built, first`;
    return { way, usable: true, why };
  }
  const remedy = `On Debian or Ubuntu, as root: apt-get install ${imagePackages.join(" ")}`;
  return unusable(way, "It is not built yet, and mmdebstrap is not installed.", remedy);
}

async function probeMemoryServer(): Promise<WayFound> {
  const way = "mysql-memory-server";
  const source = await memoryServerSource();
  if ("detail" in source) return { way, usable: true, why: source.detail };
  return unusable(way, `There is ${source.trouble}.`, "Install MySQL 8.4 or later.");
}

async function probeInstalling(engine: EngineFound): Promise<WayFound> {
  const way = "Podman, installed by apt";
  if (!(await isDebian())) return unusable(way, "This is not Debian, nor Ubuntu.");
  if ("trouble" in engine || engine.found !== undefined) {
    return unusable(way, "There is a container engine already.");
  }
  const command = `apt-get install ${[...podmanPackages, ...imagePackages].join(" ")}`;
  if (isRoot()) return { way, usable: true, why: `As root, with ${command}` };
  return unusable(way, "Only root may install packages.", `Run as root: ${command}`);
}
