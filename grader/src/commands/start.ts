import { type Command, InvalidArgumentError } from "commander";
import { withLock } from "../../bootstrap/lock.mjs";
import { Failure } from "../base/failure.js";
import { terminalReport } from "../base/terminal-report.js";
import type { Server } from "../server/index.js";
import { type Lab, labAddress, runningLab } from "../setup/jupyter.js";
import { notebookPackage } from "../setup/notebook-package.js";
import { openBrowser } from "../setup/open-browser.js";
import { prepare } from "../setup/prepare.js";
import { type OwnLab, startLab } from "../setup/start-lab.js";
import { trustNotebooks } from "../setup/trust.js";
import { watchKernels } from "../setup/watch-kernels.js";

interface StartOptions {
  port?: number;
  browser: boolean;
  check?: boolean;
}

export function register(program: Command): void {
  program
    .command("start")
    .description("set up what is missing and open JupyterLab on the welcome notebook")
    .option("--port <number>", "the port JupyterLab must have; without it, a free one", parsePort)
    .option("--no-browser", "print the address only")
    .option("--check", "try everything without a browser, and leave things as they were")
    .action(async (options: StartOptions) => {
      if (options.check) {
        const { check } = await import("./check.js");
        process.exitCode = await check();
      } else await start(options);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new InvalidArgumentError("a port is a number from 1 to 65535.");
}

/** Sets up, opens JupyterLab, and stays until it ends or the person ends it. */
async function start({ port, browser }: StartOptions): Promise<void> {
  const report = terminalReport();
  const server = await prepare(report);
  const untrusted = await trustNotebooks();
  if (untrusted) console.log(untrusted);
  const { lab, own } = await findOrStart(port, report);
  announce(lab, own, server, browser);
  if ((await notebookPackage()) === "assembled") {
    console.log(
      "They run on the ormlet that you assembled (npx course notebooks finished ends that).",
    );
  }
  if (port !== undefined && lab.port !== port) {
    console.log(`It runs on port ${lab.port}, not ${port}: end it first to change that.`);
  }
  if (own) await stay(own);
}

/** Of two starts at once, the first starts JupyterLab and the second finds it. */
async function findOrStart(
  port: number | undefined,
  report: ReturnType<typeof terminalReport>,
): Promise<{ lab: Lab; own?: OwnLab }> {
  const running = await runningLab();
  if (running) return { lab: running };
  return report.step("Starting JupyterLab", (note) =>
    withLock(
      "jupyterlab",
      async () => {
        const other = await runningLab();
        if (other) return { lab: other };
        const own = await startLab(port === undefined ? {} : { port });
        return { lab: own, own };
      },
      { waiting: (pid) => note(`waiting for process ${pid}, which starts it`) },
    ),
  );
}

function announce(lab: Lab, own: OwnLab | undefined, server: Server, browser: boolean): void {
  const address = labAddress(lab);
  const opened = browser && openBrowser(address);
  console.log("");
  console.log(own ? "JupyterLab is ready:" : "JupyterLab already runs:");
  console.log(`\n  ${address}\n`);
  console.log(opened ? "It opens in your browser." : "Open this address in a browser.");
  console.log(`MySQL ${server.version} is ready for the notebooks.`);
  if (own) console.log("Press Ctrl-C here to stop JupyterLab.");
}

/** Resolves when the person has ended JupyterLab; throws when it ended by itself. */
async function stay(lab: OwnLab): Promise<void> {
  let asked = false;
  const unwatch = watchKernels(() => {
    console.log(
      "A kernel died and was started anew: run its notebook again from the top (Run > Restart Kernel and Run All Cells).\n" +
        "What it said last is in .course/logs/jupyterlab.log.",
    );
  });
  const end = () => {
    // Ctrl-C may come twice for one press: from the terminal, and passed on by npm.
    if (asked) return;
    asked = true;
    console.log("\nStopping JupyterLab and its kernels …");
    void lab.stop();
  };
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, end);
  await lab.ended;
  unwatch();
  if (!asked) {
    throw new Failure("JupyterLab has ended by itself.", {
      why: "it crashed, or something else ended it; its last messages are in .course/logs/jupyterlab.log.",
      remedy: "npm start starts it again; your notebooks are as they were saved last.",
    });
  }
  await lab.stop();
  for (const signal of signals) process.removeListener(signal, end);
  console.log("JupyterLab has stopped. MySQL stays warm for next time; npx course stop ends it.");
}
