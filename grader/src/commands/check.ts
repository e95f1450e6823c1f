import { rmSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Failure } from "../base/failure.js";
import type { Report } from "../base/report.js";
import { terminalReport } from "../base/terminal-report.js";
import type { ExerciseReport } from "../judge/report.js";
import { runningServer, type Server, stopServer } from "../server/index.js";
import { askLab } from "../setup/jupyter.js";
import { prepare } from "../setup/prepare.js";
import { startLab } from "../setup/start-lab.js";
import { runTool, toolFailure } from "../setup/tool.js";
import { trustNotebooks } from "../setup/trust.js";
import { venvPython } from "../setup/venv.js";
import { type Checkout, copyCheckout } from "../testing/checkout.js";

const exercise = "1.1";
const notebook = "00-welcome";

/**
 * Tries every link of the chain without a browser: sets up what is missing, runs the welcome
 * notebook on the real kernel, grades the first exercise, and asks JupyterLab for its kernels. The
 * notebook runs in a copy of the checkout, so that no file of the learner is read or changed. The
 * MySQL and the JupyterLab that it started are stopped again.
 *
 * @returns 0 when all of it works; 1 after saying what does not
 */
export async function check(): Promise<number> {
  const report = terminalReport();
  const before = await runningServer();
  const interruption = onInterrupt();
  try {
    const server = await Promise.race([prepare(report), interruption.promise]);
    process.env.ORMLET_DATABASE_URL = server.url;
    // Awaited to its end also when interrupted: it ends what it began and removes its folder.
    const seen = await tryAll(report, server, interruption.signal);
    interruption.signal.throwIfAborted();
    console.log(`\n${seen.join("\n")}\n\nEverything works: npm start opens the course.`);
    return 0;
  } catch (error) {
    throw interruption.signal.aborted ? interruption.signal.reason : error;
  } finally {
    interruption.forget();
    if (!before && (await stopServer())) {
      console.log("MySQL has been stopped again: it did not run before.");
    }
  }
}

/** Runs the three tries at the same time. @returns what was seen, a line each */
async function tryAll(report: Report, server: Server, cancel: AbortSignal): Promise<string[]> {
  const copy = await copyCheckout();
  const remove = () => rmSync(copy.root, { recursive: true, force: true, maxRetries: 3 });
  process.once("exit", remove);
  try {
    await weave(copy);
    const tries = await Promise.allSettled([
      report.step("Running the welcome notebook on the kernel", (note) =>
        runWelcome(copy, note, cancel),
      ),
      report.step(`Grading exercise ${exercise}`, (note) => gradeBoth(server, note)),
      report.step("Asking JupyterLab for its kernels", () => askForKernels(copy)),
    ]);
    const errors = tries.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
    const lines = tries.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    return [`MySQL ${server.version}: ${server.detail}`, ...lines];
  } finally {
    process.removeListener("exit", remove);
    await copy.remove();
  }
}

/** The copy's own code, so that everything that asks for its root finds the copy. */
async function from<T>(copy: Checkout, path: string): Promise<T> {
  return import(pathToFileURL(`${copy.root}/grader/dist/${path}`).href);
}

async function weave(copy: Checkout): Promise<void> {
  const { weaveTo } = await from<typeof import("../weave/index.js")>(copy, "weave/index.js");
  await weaveTo(copy.root);
}

async function runWelcome(
  copy: Checkout,
  note: (text: string) => void,
  cancel: AbortSignal,
): Promise<string> {
  const { installKernel } = await from<typeof import("../kernel/install.js")>(
    copy,
    "kernel/install.js",
  );
  const prefix = `${copy.root}/.jupyter`;
  await installKernel(prefix);
  const script = `${copy.root}/grader/src/setup/run_notebook.py`;
  const file = `${copy.root}/notebooks/${notebook}.ipynb`;
  let answer = "";
  const { code, output } = await runTool(venvPython, [script, file, "ormlet", "120"], {
    cancel,
    env: {
      JUPYTER_PATH: `${prefix}/share/jupyter`,
      JUPYTER_DATA_DIR: `${prefix}/data`,
      JUPYTER_RUNTIME_DIR: `${prefix}/runtime`,
      IPYTHONDIR: `${prefix}/ipython`,
    },
    line: (text) => {
      if (text.startsWith("cell ")) note(text);
      if (text.startsWith("{")) answer = text;
    },
  });
  if (code !== 0 || !answer) {
    throw toolFailure(
      "The welcome notebook could not be run.",
      output,
      "npm run doctor shows what is there.",
    );
  }
  const { cells, outputs, error } = JSON.parse(answer) as NotebookResult;
  if (error) {
    throw new Failure(`The welcome notebook failed in its code cell ${error.cell} of ${cells}.`, {
      why: `${error.name}: ${error.message}`,
      remedy:
        "git status shows whether files of the course were changed; npm run doctor what is there.",
    });
  }
  return `Welcome notebook: ${cells} code cells ran on the TypeScript kernel, ${outputs} outputs, no error.`;
}

interface NotebookResult {
  cells: number;
  outputs: number;
  error: { cell: number; name: string; message: string } | null;
}

/** In the checkout itself: starters and solutions are the course's, the learner's files are not asked for. */
async function gradeBoth(server: Server, note: (text: string) => void): Promise<string> {
  const { gradeExercise } = await import("../judge/index.js");
  const grade = async (submission: "starter" | "solution"): Promise<ExerciseReport> => {
    note(submission);
    return gradeExercise({ id: exercise, submission, serverUrl: server.url });
  };
  const starter = await grade("starter");
  const solution = await grade("solution");
  expectPoints(starter, 0);
  expectPoints(solution, solution.max);
  return `Exercise ${exercise}: the starter scores ${starter.points} of ${starter.max}, the solution ${solution.points} of ${solution.max}.`;
}

function expectPoints(report: ExerciseReport, points: number): void {
  if (report.status === "graded" && report.points === points && report.max > 0) return;
  const first = report.tests.find((test) => test.message)?.message ?? "";
  throw new Failure(
    `The ${report.submission} of exercise ${exercise} scores ${report.points} of ${report.max}; it should score ${points}.`,
    {
      why: `${report.message} ${first}`.trim(),
      remedy: `npm run grade -- ${exercise} shows each test.`,
    },
  );
}

/** JupyterLab as `npm start` starts it, with settings in the copy; the learner's own is left alone. */
async function askForKernels(copy: Checkout): Promise<string[]> {
  const home = `${copy.root}/.jupyter/lab`;
  const untrusted = await trustNotebooks({ home, from: copy.root });
  const lab = await startLab({ home });
  try {
    const { kernelspecs } = (await askLab(lab, "/api/kernelspecs")) as {
      kernelspecs: Record<string, { spec: { display_name: string } }>;
    };
    const ours = kernelspecs.ormlet;
    if (!ours) {
      throw new Failure("JupyterLab does not know the kernel ormlet.", {
        why: `it offers: ${Object.keys(kernelspecs).join(", ") || "none"}.`,
        remedy: "remove the folder .venv and run the same command again.",
      });
    }
    const answer = `JupyterLab answered on port ${lab.port} and offers the kernel ${ours.spec.display_name}.`;
    return untrusted ? [answer, untrusted] : [answer];
  } finally {
    await lab.stop();
  }
}

/** Turns Ctrl-C into a signal for what can be cancelled, and into an error for what must be left alone. */
function onInterrupt(): { signal: AbortSignal; promise: Promise<never>; forget(): void } {
  const controller = new AbortController();
  const { signal } = controller;
  const promise = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
  promise.catch(() => {});
  const interrupt = () => controller.abort(new Failure("The check was interrupted."));
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of signals) process.once(name, interrupt);
  return {
    signal,
    promise,
    forget: () => {
      for (const name of signals) process.removeListener(name, interrupt);
    },
  };
}
