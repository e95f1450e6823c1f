import { rm } from "node:fs/promises";
import { Failure } from "../base/failure.js";
import { imagePackages, installPackages, isDebian, isRoot } from "./apt.js";
import { buildImage, debianImageName, makeRootfs, type Rootfs } from "./debian-image.js";
import { type Engine, hasImage } from "./engine-api.js";
import { chosenImage, pullImage, registryTrouble } from "./registry.js";
import { DiskFull, findProgram, type Note } from "./run-command.js";
import { engineOf } from "./servers.js";

/** An image that is in the engine's store, and how it got there. */
export interface ReadyImage {
  name: string;
  way: "container" | "built-image";
}

/**
 * The image to run: the official one (or ORMLET_MYSQL_IMAGE) from the store or its registry, else
 * the one built from Debian's packages.
 * @param early a root file system that is being made already.
 * @throws Failure when neither can be had.
 */
export async function readyImage(
  engine: Engine,
  note: Note,
  early?: Promise<Rootfs>,
): Promise<ReadyImage> {
  const { name, chosen } = chosenImage();
  if (await hasImage(engine.host, name)) return { name, way: "container" };
  const built = await debianImageName();
  if (!chosen && (await hasImage(engine.host, built))) return { name: built, way: "built-image" };

  const trouble = await pullTrouble(engine, name, note);
  if (trouble === undefined) return { name, way: "container" };
  if (chosen) {
    throw new Failure(`The image ${name}, named by ORMLET_MYSQL_IMAGE, cannot be had.`, {
      why: trouble,
      remedy: "Correct or unset ORMLET_MYSQL_IMAGE, or check the network.",
    });
  }
  note(`${name} cannot be had (${trouble}); building one from Debian's packages`);
  const rootfs = await (early ?? debianRootfs(note));
  try {
    await engineOf(engine.host); // Our Podman service may have gone to sleep meanwhile.
    return { name: await buildImage(engine.host, rootfs, note), way: "built-image" };
  } finally {
    await rm(rootfs.folder, { recursive: true, force: true });
  }
}

/** Pulls the image; returns why that did not work. */
async function pullTrouble(engine: Engine, name: string, note: Note): Promise<string | undefined> {
  note(`looking for the registry of ${name}`);
  const trouble = await registryTrouble(engine.host, name);
  if (trouble !== undefined) return trouble;
  try {
    await pullImage(engine.host, name, note);
    return undefined;
  } catch (error) {
    if (error instanceof DiskFull || !(error instanceof Failure)) throw error;
    return error.why ?? error.message;
  }
}

/** Makes the root file system of the Debian-built image; installs mmdebstrap first as root. */
export async function debianRootfs(note: Note): Promise<Rootfs> {
  if ((await findProgram("mmdebstrap")) === undefined && isRoot() && (await isDebian())) {
    await installPackages(imagePackages, note);
  }
  return makeRootfs(note);
}
