import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain, Failure, root } from "./failure.mjs";
import { finished } from "./install.mjs";

const projects = ["orm", "grader"];
const stamp = join(root, "grader", "dist", ".course-built");

/**
 * Whether dist/ holds what the sources say. Looks at names, sizes and times only; a source that was
 * removed and an output that is missing count as changes.
 */
export function isBuilt() {
  const { fingerprint, missing } = look();
  return !missing && readStamp() === fingerprint;
}

/** Compiles both packages. Throws a Failure with the first errors when the sources do not compile. */
export async function build() {
  const { fingerprint, missing } = look();
  rmSync(stamp, { force: true });
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  // The compiler trusts its own notes of what it wrote, so a missing output must be asked for.
  const args = ["-b", ...(missing ? ["--force"] : []), ...projects];
  const child = spawn(process.execPath, [compiler, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { code, output } = await finished(child, "node", "reinstall Node.js: https://nodejs.org");
  if (code !== 0) {
    const known = explain(output);
    throw new Failure("The course could not be built (tsc -b orm grader).", {
      why: known?.why ?? (output.trim().split("\n").slice(0, 8).join("\n") || "it said nothing."),
      remedy:
        known?.remedy ??
        "if you changed files in orm/src or grader/src, mend what the compiler names; git status shows which.",
    });
  }
  writeFileSync(stamp, fingerprint);
}

/** One pass over all sources: what they are now, and whether each has its output. */
function look() {
  const hash = createHash("sha256");
  let missing = false;
  const add = (path) => {
    const { mtimeMs, size } = statSync(join(root, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  };
  for (const project of projects) {
    const from = join(project, "src");
    const to = join(root, project, "dist");
    for (const name of readdirSync(join(root, from), { recursive: true }).sort()) {
      if (!/\.[cm]?ts$/.test(name)) continue;
      add(join(from, name));
      const output = name.replace(/\.([cm]?)ts$/, ".$1js");
      if (!name.endsWith(".d.ts")) missing ||= !existsSync(join(to, output));
    }
    add(join(project, "tsconfig.json"));
    add(join(project, "package.json"));
  }
  add("tsconfig.json");
  add(join("node_modules", "typescript", "package.json"));
  return { fingerprint: `${hash.digest("hex")}\n`, missing };
}

function readStamp() {
  try {
    return readFileSync(stamp, "utf8");
  } catch {
    return undefined;
  }
}
