import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { platform } from "node:os";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import type { Answer, Order } from "../runner/runner.js";
import { limits } from "./limits.js";
import type { Pristine } from "./pristine.js";
import { killUser, type RunFolder } from "./run-folder.js";
import { howItEnded, parseAnswer, plain, whyNoAnswer, whyNotReady } from "./runner-words.js";
import { groupUsage, processMemory } from "./usage.js";

/** Why there is no answer, as the end of a sentence that begins with "Your code", once that is loaded. */
export type Ending = { ended: string };

/** Everything about an order but the nonce, which `ask` adds. */
type Request = Order extends infer One ? (One extends Order ? Omit<One, "nonce"> : never) : never;

/** The options that shut Node's doors, as this version calls them. */
function permissions(folders: string[]): string[] {
  const known = process.allowedNodeEnvironmentFlags;
  return [
    known.has("--permission") ? "--permission" : "--experimental-permission",
    ...folders.map((folder) => `--allow-fs-read=${folder}/*`),
    // Newer versions close the network too; the tests need MySQL.
    ...(known.has("--allow-net") ? ["--allow-net"] : []),
    "--no-warnings",
    "--no-addons",
    "--disable-sigusr1",
  ].filter((flag) => flag !== "--disable-sigusr1" || known.has(flag));
}

/**
 * The limits that the kernel itself keeps, even when the judge is killed: no core and other files,
 * processor time, threads of the run's user. `-p` is dash's name for what bash calls `-u`.
 */
function shell(ownUser: boolean): string {
  const parts = ["ulimit -c 0", "ulimit -f 0", `ulimit -t ${limits.cpu + 5}`, "ulimit -n 256"];
  // Where a process's private memory counts (Linux), an allocation too large fails at once.
  if (platform() === "linux") parts.push(`ulimit -d ${(3 * limits.memory) / 1024}`);
  if (ownUser) {
    parts.push(`ulimit -u ${limits.threads} 2>/dev/null || ulimit -p ${limits.threads}`);
  }
  return `${parts.join("; ")}; exec "$0" "$@"`;
}

/** Runners of this process; an exit that waits for nothing (Ctrl-C) still ends them. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) killGroup(pid);
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing is left of the group.
  }
}

/** One runner: started, watched, asked, and killed with everything that it started. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly #user: number | undefined;
  readonly #channel: Duplex;
  readonly #over: Promise<Ending>;
  readonly #begun: Promise<void>;
  #begin: () => void = () => {};
  #end: (ending: Ending) => void = () => {};
  #ended: Ending | undefined;
  #received = "";
  #waiting: { nonce: string; resolve(answer: Answer): void } | undefined;
  #output = "";
  #outputBytes = 0;
  #ready = false;
  #loaded = false;
  #watch: NodeJS.Timeout | undefined;

  /**
   * @param submission path of the module, or name of the package part, that the learner's code is in
   * @param finished whether `ormlet` may be loaded before the submission is there
   */
  constructor(folder: RunFolder, shared: Pristine, submission: string, finished: boolean) {
    this.#user = folder.user;
    const flags = permissions([folder.box, shared.folder]);
    const heap = `--max-old-space-size=${limits.heap / 1024 / 1024}`;
    const runner = join(folder.box, "runner.js");
    const rest = [runner, submission, finished ? "finished" : "built"];
    this.#child = spawn(
      "/bin/sh",
      ["-c", shell(folder.user !== undefined), shared.node, heap, ...flags, ...rest],
      {
        cwd: folder.box,
        env: { TZ: "UTC" },
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "pipe"],
        ...(folder.user === undefined ? {} : { uid: folder.user, gid: folder.user }),
      },
    );
    this.#over = new Promise((resolve) => {
      this.#end = (ending) => {
        this.#ended ??= ending;
        resolve(this.#ended);
      };
    });
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#listen();
  }

  /** What the code printed since the last call, without control characters. */
  async takeOutput(): Promise<string> {
    // It was written before the answer, so it is there once this round of events is through.
    await new Promise(setImmediate);
    const text = this.#output;
    this.#output = "";
    return plain(text);
  }

  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** Waits until the runner is up; none of the learner's code has run then. Says why it is not. */
  async start(): Promise<Ending | undefined> {
    const timer = setTimeout(
      () => this.#stop(`it was not ready after ${limits.start} seconds`),
      limits.start * 1000,
    );
    await Promise.race([this.#begun, this.#over]);
    clearTimeout(timer);
    return this.#ready ? undefined : this.#over;
  }

  /**
   * Sends one order and waits for its answer; a runner that does not answer in time is killed.
   *
   * @param seconds how long to wait
   */
  async ask(request: Request, seconds: number): Promise<Answer | Ending> {
    if (this.#ended) return this.#ended;
    const nonce = randomBytes(16).toString("hex");
    const answered = new Promise<Answer>((resolve) => {
      this.#waiting = { nonce, resolve };
    });
    this.#channel.write(`${JSON.stringify({ ...request, nonce })}\n`);
    const timer = setTimeout(() => {
      this.#stop(whyNoAnswer(request.do === "load", seconds, processMemory(this.#child.pid ?? 0)));
    }, seconds * 1000);
    try {
      return await Promise.race([answered, this.#over]);
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  /** Ends the runner and its group, and waits until they are gone. */
  async close(): Promise<void> {
    this.#stop("was ended by the grader");
    await this.#over;
  }

  #listen(): void {
    const child = this.#child;
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    child.on("error", (error) => this.#stop(error.message));
    child.on("exit", (code, signal) => {
      // A group that keeps the pipes open is killed, at once: the next runner has the same user.
      this.#killGroup();
      child.once("close", () => this.#exited(code, signal));
    });
    for (const stream of [child.stdout, child.stderr]) this.#collect(stream as Readable);
    this.#channel.on("data", (chunk: Buffer) => this.#receive(chunk));
    // Writing to a runner that just ended: its exit tells the story.
    this.#channel.on("error", () => {});
    let round = 0;
    this.#watch = setInterval(() => this.#measure(round++), 20);
  }

  #exited(code: number | null, signal: string | null): void {
    clearInterval(this.#watch);
    running.delete(this.#child.pid ?? 0);
    if (signal === "SIGXCPU") this.#end({ ended: `used ${limits.cpu} seconds of processor time` });
    if (!this.#ready) this.#end({ ended: whyNotReady(code, signal, this.#output) });
    this.#end({ ended: howItEnded(code, signal, this.#output, !this.#loaded) });
  }

  #collect(stream: Readable): void {
    stream.on("data", (chunk: Buffer) => {
      this.#outputBytes += chunk.length;
      if (this.#outputBytes > limits.output) this.#stop("printed more than 4 MB");
      const room = limits.keptOutput - this.#output.length;
      if (room > 0) this.#output += chunk.toString("utf8").slice(0, room);
    });
    stream.on("error", () => {});
  }

  #receive(chunk: Buffer): void {
    // After a breach nothing counts, however well-formed.
    if (this.#ended) return;
    this.#received += chunk.toString("latin1");
    if (this.#received.length > limits.answer) {
      this.#stop("wrote more to the grader's own channel than an answer can be");
      return;
    }
    const end = this.#received.indexOf("\n");
    if (end < 0) return;
    const line = Buffer.from(this.#received.slice(0, end), "latin1").toString("utf8");
    this.#received = this.#received.slice(end + 1);
    if (!this.#ready && line === "ready" && this.#received === "") {
      this.#ready = true;
      this.#begin();
      return;
    }
    const waiting = this.#waiting;
    const answer = waiting && line.startsWith(`${waiting.nonce} `) ? parseAnswer(line) : undefined;
    // One answer to each order, and nothing before or after it.
    if (!answer || this.#received !== "") {
      this.#stop("wrote to the grader's own channel, which is not allowed");
      return;
    }
    this.#waiting = undefined;
    this.#loaded ||= answer.kind === "loaded";
    waiting?.resolve(answer);
  }

  #measure(round: number): void {
    const pid = this.#child.pid;
    if (pid === undefined || this.#ended) return;
    const tooMuch = `used more than ${limits.memory / 1024 / 1024} MB of memory`;
    if (processMemory(pid) > limits.memory) this.#stop(tooMuch);
    if (round % 12 !== 0) return;
    const usage = groupUsage(pid);
    if (usage.memory > limits.memory) this.#stop(tooMuch);
    if (usage.cpu > limits.cpu) this.#stop(`used ${limits.cpu} seconds of processor time`);
  }

  #stop(why: string): void {
    this.#ended ??= { ended: why };
    this.#killGroup();
    if (this.#child.pid === undefined) this.#end(this.#ended);
  }

  #killGroup(): void {
    if (this.#child.pid !== undefined) killGroup(this.#child.pid);
    if (this.#user !== undefined) killUser(this.#user);
  }
}
