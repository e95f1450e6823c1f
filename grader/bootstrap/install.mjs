import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { explain, Failure, root } from "./failure.mjs";

const modulesIn = (folder) => join(folder, "node_modules");
const stampIn = (folder) => join(modulesIn(folder), ".course-installed");

/**
 * Whether a folder's node_modules holds what its package-lock.json asks for. Takes a few milliseconds: it reads
 * the lock file and looks whether each package's folder is there, so that an installation that was
 * interrupted, or a folder that someone removed, is noticed.
 */
export function isInstalled(folder = root) {
  const wanted = readLock(folder);
  if (wanted.missing().length > 0) return false;
  if (readText(stampIn(folder)) === wanted.fingerprint) return true;
  if (!installedByHand(wanted, folder)) return false;
  writeStamp(wanted, folder);
  return true;
}

/** Runs `npm ci` in a folder. Throws a Failure that says why when it cannot. */
export async function install(note, folder = root) {
  const wanted = readLock(folder);
  rmSync(stampIn(folder), { force: true });
  const timer = setInterval(() => {
    const there = wanted.folders.length - wanted.missing().length;
    note(`${there} of ${wanted.folders.length} packages`);
  }, 1000);
  const parameters = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const { code, output } = await npm(parameters, folder).finally(() => clearInterval(timer));
  if (/npm ci.+in sync/.test(output)) {
    throw new Failure("The packages could not be installed (npm ci).", {
      why: "package.json and package-lock.json do not fit together.",
      remedy:
        "git status shows which was changed; git checkout -- package-lock.json brings it back.",
    });
  }
  if (code !== 0) {
    throw new Failure("The packages could not be installed (npm ci).", {
      why: explain(output)?.why ?? lastLines(output),
      remedy: explain(output)?.remedy ?? `run npm ci in ${folder} and see what it says.`,
    });
  }
  writeStamp(wanted, folder);
}

/** package-lock.json, and which of its packages belong on this machine. */
function readLock(folder) {
  const text = readText(join(folder, "package-lock.json"));
  if (text === undefined) {
    throw new Failure("package-lock.json is missing.", {
      why: `the checkout in ${folder} is not complete.`,
      remedy: "git checkout -- package-lock.json, or clone the repository again.",
    });
  }
  const { packages } = JSON.parse(text);
  const folders = Object.keys(packages).filter(
    (path) => path.includes("node_modules/") && !packages[path].optional && !packages[path].peer,
  );
  const hash = createHash("sha256").update(text).digest("hex");
  return {
    packages,
    folders,
    // The compiler and others come as programs made for one platform.
    fingerprint: `${hash} ${process.platform}-${process.arch}\n`,
    missing: () => folders.filter((path) => !existsSync(join(folder, path, "package.json"))),
  };
}

/** npm writes its own copy of the lock file last; when that agrees, someone ran npm ci or npm install. */
function installedByHand({ packages, folders }, folder) {
  const text = readText(join(modulesIn(folder), ".package-lock.json"));
  if (text === undefined) return false;
  const there = JSON.parse(text).packages;
  return folders.every((path) => there[path]?.version === packages[path].version);
}

function writeStamp({ fingerprint }, folder) {
  writeFileSync(stampIn(folder), fingerprint);
}

function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Runs npm, the same one that started us if one did, and collects what it prints. */
function npm(args, folder) {
  const script = process.env.npm_execpath;
  const own = script !== undefined && /npm-cli\.c?js$/.test(script);
  // A dead network is said after about ten seconds, not after npm's own ninety.
  const env = {
    npm_config_fetch_retries: "2",
    npm_config_fetch_retry_mintimeout: "1000",
    npm_config_fetch_retry_maxtimeout: "8000",
    ...process.env,
  };
  const options = { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] };
  const child = own
    ? spawn(process.execPath, [script, ...args], options)
    : spawn("npm", args, { ...options, shell: process.platform === "win32" });
  return finished(child, "npm", "npm comes with Node.js: https://nodejs.org");
}

/** Waits for a program that prints a little, and ends it when we are ended. */
export function finished(child, name, remedy) {
  return new Promise((resolve, reject) => {
    let output = "";
    const keep = (chunk) => {
      output += chunk;
    };
    const stop = () => child.kill();
    process.once("exit", stop);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => {
      process.removeListener("exit", stop);
      if (error.code !== "ENOENT") return reject(error);
      reject(new Failure(`The program ${name} was not found.`, { remedy }));
    });
    child.on("close", (code) => {
      process.removeListener("exit", stop);
      resolve({ code, output });
    });
  });
}

/** The end of what a program said, for causes that we do not know. */
export function lastLines(output, count = 8) {
  const lines = output.trimEnd().split("\n");
  return lines.slice(-count).join("\n") || "it said nothing.";
}
