import { build, isBuilt } from "./build.mjs";
import { printError } from "./failure.mjs";
import { install, isInstalled } from "./install.mjs";
import { withLock } from "./lock.mjs";
import { progress } from "./progress.mjs";

/**
 * Runs one command of the course: installs and builds first when something is missing, then hands
 * over to the command line in dist/. Ends the process with the command's exit code.
 *
 * @param args the command and what follows it, such as ["grade", "1.1"]
 */
export async function run(args) {
  // To `grade`, 1 means that something was ungradable; 3 that the grader could not work.
  const failed = args[0] === "grade" ? 3 : 1;
  const fail = (error) => {
    printError(error);
    process.exit(failed);
  };
  process.on("uncaughtException", fail);
  // Exiting frees locks and ends children. A command that has more to do at its end listens itself.
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(code);
    });
  }
  try {
    await prepare();
    const { main } = await import("../dist/cli.js");
    await main(args);
  } catch (error) {
    return fail(error);
  }
  // Something idle (a socket that is kept open) must not keep a finished command alive.
  process.stdout.write("", () => process.exit());
}

/** Installs packages and compiles, as far as that is needed; says nothing when it is not. */
async function prepare() {
  if (isInstalled() && isBuilt()) return;
  const { step } = progress();
  const waiting = (pid) => {
    process.stderr.write(
      `Another command is setting up the course (process ${pid}); waiting for it.\n`,
    );
  };
  await withLock(
    "set-up",
    async () => {
      if (!isInstalled()) await step("Installing packages (npm ci)", install);
      if (!isBuilt()) await step("Building", build);
    },
    { waiting },
  );
}
