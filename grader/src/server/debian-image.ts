import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../base/failure.js";
import { inRoot, inState } from "../base/paths.js";
import { aptNote } from "./apt.js";
import { callEngine, hasImage } from "./engine-api.js";
import { failureFrom, findProgram, type Note, run } from "./run-command.js";

/** The folder of the Containerfile and of the entrypoint. */
const recipe = inRoot("grader", "image");

/** Only sid has MySQL; the rest is what its entrypoint calls. */
const packages = [
  "mysql-server-core",
  "mysql-client-core",
  "base-files",
  "coreutils",
  "dash",
  "sed",
];

/** What a server never reads: 250 of 430 MB. */
const trimmed = [
  "usr/share/{doc,info,locale,man,perl,perl5}",
  "usr/lib/*/{gconv,perl,perl-base,perl5}",
  "usr/lib/*/libperl*",
  "usr/lib/mysql/plugin/{group_replication.so,*telemetry*,*_client.so}",
  "usr/bin/{perl*,myisam*,mysql?*,my_print_defaults,perror,ibd2sdi,innochecksum}",
];

/** An image of this name in an engine's store was built, whole, from today's recipe. */
export async function debianImageName(): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([packages, trimmed]));
  for (const name of ["Containerfile", "entrypoint.sh"])
    hash.update(await readFile(join(recipe, name)));
  return `localhost/ormlet-mysql:${hash.digest("hex").slice(0, 12)}`;
}

/** A root file system with MySQL, made for one build, and the version of MySQL in it. */
export interface Rootfs {
  folder: string;
  version: string;
}

/** Removes what builds that were cut short have left. Call it only while no build can run. */
export async function removeHalfBuilt(): Promise<void> {
  const names = await readdir(inState()).catch(() => []);
  for (const name of names.filter((name) => name.startsWith("image-"))) {
    // One that cannot be removed now is in nobody's way; the next set-up tries again.
    await rm(inState(name), { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Downloads MySQL and what it needs from Debian's mirror into a tar file, in a new folder below
 * `.course/`. The caller removes the folder.
 * @param signal gives it up, and then nothing stays.
 * @throws Failure when mmdebstrap is missing, or sid cannot be installed today.
 */
export async function makeRootfs(note: Note, signal?: AbortSignal): Promise<Rootfs> {
  const mmdebstrap = await findProgram("mmdebstrap");
  if (mmdebstrap === undefined) {
    throw new Failure("MySQL cannot be put together from Debian's packages.", {
      why: "mmdebstrap is not installed.",
      remedy: "On Debian or Ubuntu: apt-get install mmdebstrap debian-archive-keyring",
    });
  }
  await mkdir(inState(), { recursive: true });
  const folder = await mkdtemp(inState("image-"));
  try {
    const args = [...rootfsArguments(), join(folder, "rootfs.tar")];
    const attempt = (env: Record<string, string>) =>
      run(mmdebstrap, args, {
        failure: "MySQL could not be put together from Debian's packages.",
        remedy: "Debian's sid cannot be installed today; try again tomorrow, or use another way.",
        env,
        ...(signal === undefined ? {} : { signal }),
        onLine: (line) => {
          const text = aptNote(line);
          if (text !== undefined && !signal?.aborted) note(text);
        },
      });
    // Beside the result, so that an interrupted build leaves nothing elsewhere. Some file systems
    // cannot hold a root file system; /tmp usually can.
    const output = await attempt({ TMPDIR: folder }).catch((error: Failure) => {
      if (
        !signal?.aborted &&
        /nodev|noexec|mounted with|cannot access|unshare/i.test(error.why ?? "")
      ) {
        return attempt({ TMPDIR: tmpdir() });
      }
      throw error;
    });
    const version = /Ver (\d+\.\d+\.\d+)/.exec(output)?.[1];
    if (version === undefined) {
      throw new Failure("MySQL could not be put together from Debian's packages.", {
        why: "The mysqld in them does not tell its version.",
        remedy: "Try again tomorrow: the packages come from Debian's newest, which changes daily.",
      });
    }
    return { folder, version };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function rootfsArguments(): string[] {
  const trim = trimmed.map((pattern) => `"$1"/${pattern}`).join(" ");
  return [
    "--verbose",
    "--variant=extract",
    // Nothing here needs /proc, /sys or /dev, and a build that is cut short would leave them mounted.
    "--skip=chroot/mount",
    "--components=main",
    `--include=${packages.join(",")}`,
    // The mirror's clock and this machine's need not agree.
    `--aptopt=Acquire::Check-Valid-Until "false"`,
    `--aptopt=Acquire::Languages "none"`,
    `--aptopt=Acquire::Retries "2"`,
    `--aptopt=Acquire::http::Timeout "15"`,
    `--extract-hook=bash -c 'rm -rf ${trim}' - "$1"`,
    `--extract-hook=chroot "$1" /usr/sbin/mysqld --no-defaults --version`,
    "sid",
  ];
}

/**
 * Builds the image from a root file system. It gets its name when it is whole, and not before.
 * @throws Failure when the engine cannot build it.
 */
export async function buildImage(host: string, rootfs: Rootfs, note: Note): Promise<string> {
  const name = await debianImageName();
  const failure = "The MySQL image could not be built.";
  await Promise.all(
    ["Containerfile", "entrypoint.sh"].map((file) =>
      copyFile(join(recipe, file), join(rootfs.folder, file)),
    ),
  );
  note("building the image, and initialising MySQL in it");
  const files = ["Containerfile", "entrypoint.sh", "rootfs.tar"];
  const tar = spawn("tar", ["-C", rootfs.folder, "-c", ...files], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  tar.on("error", (error) => tar.stdout.destroy(error));
  const said: string[] = [];
  try {
    await callEngine(host, "POST", "/build", {
      query: {
        dockerfile: "Containerfile",
        t: name,
        buildargs: JSON.stringify({ MYSQL_VERSION: rootfs.version }),
        rm: "true",
        forcerm: "true",
        layers: "false",
      },
      tar: tar.stdout,
      onLine: (line) => said.push(...buildWords(line, note)),
    });
  } catch (error) {
    throw failureFrom(
      failure,
      [...said, error instanceof Error ? error.message : error].join("\n"),
    );
  }
  if (!(await hasImage(host, name))) throw failureFrom(failure, said.slice(-20).join("\n"));
  return name;
}

/** The words in a line of the build's answer. */
function buildWords(line: string, note: Note): string[] {
  try {
    const { stream, error } = JSON.parse(line) as { stream?: string; error?: string };
    const text = (error ?? stream ?? "").trim();
    if (/^STEP|^Step/.test(text)) note(text.slice(0, 70));
    if (/ CMD /.test(text)) note("saving the image");
    return text === "" ? [] : [text];
  } catch {
    return [line];
  }
}
