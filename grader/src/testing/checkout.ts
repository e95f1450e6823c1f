import { cp, mkdtemp, realpath, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkPackages } from "../base/link-packages.js";
import { inRoot } from "../base/paths.js";

/** A copy of the built checkout, for a test that must play the learner without touching anyone's work. */
export interface Checkout {
  root: string;
  remove(): Promise<void>;
}

/** What a copy gets: code and sources, and never what a learner wrote in `exercises/` or `notebooks/`. */
const copied = [
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "orm/package.json",
  "orm/tsconfig.json",
  "orm/src",
  "orm/dist",
  "grader/package.json",
  "grader/tsconfig.json",
  "grader/bootstrap.mjs",
  "grader/bootstrap",
  "grader/requirements.txt",
  "grader/requirements-test.txt",
  "grader/bin",
  "grader/image",
  "grader/src",
  "grader/dist",
  "notebooks/chapters",
  "exercises/tsconfig.json",
];

/**
 * Copies the checkout into a temporary folder. The packages of others are linked, ours are the copy's own, so
 * that everything which asks for its root finds the copy.
 */
export async function copyCheckout(): Promise<Checkout> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "ormlet-checkout-")));
  const remove = () => rm(root, { recursive: true, force: true });
  try {
    await fill(root);
  } catch (error) {
    await remove();
    throw error;
  }
  return { root, remove };
}

async function fill(root: string): Promise<void> {
  for (const path of copied) {
    // With their times, by which the compiler tells whether dist/ is up to date.
    const options = { recursive: true, preserveTimestamps: true };
    await cp(inRoot(path), join(root, path), options);
  }
  const modules = await linkPackages(root);
  await symlink(join(root, "orm"), join(modules, "ormlet"));
  await symlink(join(root, "grader"), join(modules, "course"));
}
