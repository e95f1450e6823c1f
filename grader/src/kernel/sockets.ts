import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Publisher, Router } from "zeromq";
import { Activity } from "./activity.js";
import { type ControlData, type ControlMessage, places } from "./control-data.js";
import {
  type ConnectionInfo,
  type Content,
  decode,
  encode,
  endpoint,
  type Header,
  type Message,
  unlimited,
} from "./wire.js";

/** A request, where it came in, and whether a loop had to be ended by force for it to be heard. */
export interface Request extends Message {
  channel: "shell" | "control";
  forced: boolean;
}

/** The sockets of a kernel. Control and heartbeat are in a thread of their own. */
export class Sockets {
  readonly #info: ConnectionInfo;
  readonly #iopub = new Publisher(unlimited);
  readonly #shell = new Router(unlimited);
  // Nothing asks for input; clients expect that the socket is there all the same.
  readonly #stdin = new Router(unlimited);
  readonly #shared = new Int32Array(new SharedArrayBuffer(8));
  /** What the main thread is at, for the control thread. */
  readonly activity = new Activity();
  #control: Worker | undefined;
  #closed = false;

  constructor(info: ConnectionInfo) {
    this.#info = info;
  }

  /** Binds them and hands each request on. Messages that are not signed right are dropped. */
  async open(receive: (request: Request) => void, complain: (text: string) => void): Promise<void> {
    const info = this.#info;
    await Promise.all([
      this.#iopub.bind(endpoint(info, info.iopub_port)),
      this.#shell.bind(endpoint(info, info.shell_port)),
      this.#stdin.bind(endpoint(info, info.stdin_port)),
      this.#startControl(receive),
    ]);
    void this.#listen(receive, complain);
  }

  reply({ channel, identities, header }: Request, type: string, content: Content): void {
    if (this.#closed) return;
    const frames = encode(identities, type, content, header, this.#info.key);
    if (channel === "shell") void this.#shell.send(frames);
    else this.#control?.postMessage(frames);
  }

  publish(type: string, content: Content, parent: Header | undefined): void {
    if (this.#closed) return;
    void this.#iopub.send(encode([type], type, content, parent, this.#info.key));
  }

  /** Resolves when they are closed. What was sent leaves in the background. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const socket of [this.#shell, this.#stdin, this.#iopub]) socket.close();
    if (this.#control === undefined) return;
    const exited = once(this.#control, "exit");
    this.#control.postMessage("close");
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 500))]);
  }

  async #listen(
    receive: (request: Request) => void,
    complain: (text: string) => void,
  ): Promise<void> {
    for await (const frames of this.#shell) {
      try {
        receive({ ...decode(frames, this.#info.key), channel: "shell", forced: false });
      } catch (error) {
        complain(`A message was dropped: ${(error as Error).message}.`);
      }
    }
  }

  async #startControl(receive: (request: Request) => void): Promise<void> {
    const shared = this.#shared;
    const workerData: ControlData = { info: this.#info, shared, activity: this.activity.shared };
    const thread = new URL("./control-thread.js", import.meta.url);
    this.#control = new Worker(thread, { workerData, execArgv: [] });
    await once(this.#control, "message");
    this.#control.on("message", ({ number, frames }: ControlMessage) => {
      if (number <= Atomics.load(shared, places.taken)) return;
      Atomics.store(shared, places.taken, number);
      const forced = Atomics.exchange(shared, places.forced, 0) === 1;
      const message = decode(
        frames.map((frame) => Buffer.from(frame)),
        this.#info.key,
      );
      receive({ ...message, channel: "control", forced });
    });
  }
}
