import { readFileSync } from "node:fs";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { Interpreter } from "./interpreter.js";
import { Kernel } from "./kernel.js";
import { otherPackage, packageVariable, redirectTo } from "./ormlet-package.js";
import { PublishedOutputs } from "./published-outputs.js";
import { runShutdownHooks } from "./shutdown.js";
import { Sockets } from "./sockets.js";
import type { ConnectionInfo } from "./wire.js";

/**
 * The program that Jupyter starts for each notebook: `node launcher.js <connection file>`.
 * tslab compiles and runs the cells; what it gets wrong is set right by `patches.ts`, and its
 * connection to Jupyter is replaced by our own.
 */

const exit = process.exit.bind(process);

/** Text for the log of the Jupyter server, for which the process's own streams are kept. */
const writeLog = process.stderr.write.bind(process.stderr);

function log(text: string): void {
  writeLog(`[ormlet kernel] ${text}\n`);
}

async function start(connectionFile: string | undefined): Promise<void> {
  if (connectionFile === undefined) {
    throw new Failure("The kernel is started by Jupyter, not by hand.", {
      remedy: "Run `npm start`, and choose the kernel “TypeScript (ormlet)” in JupyterLab.",
    });
  }
  const info = JSON.parse(readFileSync(connectionFile, "utf8")) as ConnectionInfo;
  // Cells import "./exercises/…" and the packages of the course, wherever their notebook lies.
  process.chdir(root);
  const ormlet = otherPackage();
  if (ormlet !== undefined) redirectTo(ormlet);
  else if (process.env[packageVariable]) log("Nothing is assembled: the finished ormlet is used.");
  const sockets = new Sockets(info);
  const early = new PublishedOutputs(
    (type, content) => sockets.publish(type, content, undefined),
    0,
  );
  const interpreter = new Interpreter(early, sockets.activity);

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await runShutdownHooks();
    await sockets.close();
    // What was sent leaves in the background.
    setTimeout(() => exit(0), 50);
  };
  const kernel = new Kernel(interpreter, sockets, end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  endWithParent(end);
  await sockets.open((request) => kernel.receive(request), log);
}

/** Jupyter may be killed without a word. Its kernels are in sessions of their own and would stay. */
function endWithParent(end: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && end(), 1000).unref();
}

start(process.argv[2]).catch((error: unknown) => {
  if (error instanceof Failure) {
    log([error.message, error.why, error.remedy].filter(Boolean).join("\n"));
  } else {
    log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  exit(1);
});
