import { Session } from "node:inspector";
import { parentPort, workerData } from "node:worker_threads";
import { Reply, Router } from "zeromq";
import { Activity } from "./activity.js";
import { type ControlData, type ControlMessage, places } from "./control-data.js";
import { decode, endpoint, unlimited } from "./wire.js";

/**
 * The thread that hears Jupyter while a cell keeps the main thread busy: it has the control channel
 * and the heartbeat. It hands each message on to the main thread. When that doesn't take a request to
 * interrupt or to shut down, because a loop never waits, it ends the loop.
 */

/** How long, in milliseconds, the main thread may be at one thing before it notices a message. */
const patience = 300;

const { info, shared, activity: numbers } = workerData as ControlData;
const activity = new Activity(numbers);
const control = new Router(unlimited);
const heartbeat = new Reply();
const urgent = new Set(["interrupt_request", "shutdown_request"]);
let received = 0;

function hear(frames: Buffer[]): void {
  const type = decode(frames, info.key).header.msg_type;
  received += 1;
  const message = { number: received, frames };
  parentPort?.postMessage(message);
  if (urgent.has(type)) endLoopUnlessTaken(message);
}

/** More than once: a loop may begin after the compiler's work, and a message be lost with a loop. */
function endLoopUnlessTaken(message: ControlMessage): void {
  const { moment } = activity;
  setTimeout(async () => {
    if (Atomics.load(shared, places.taken) >= message.number) return;
    if (!activity.isOwn && !activity.signal() && activity.moment === moment) await endLoop();
    parentPort?.postMessage(message);
    endLoopUnlessTaken(message);
  }, patience);
}

/**
 * After the first part of a cell, only what a debugger does for "stop" helps: the JavaScript that
 * runs is gone, without an error, and the event loop goes on. (Where the cell uses AsyncLocalStorage,
 * Node.js 20 and 22 don't survive that; the kernel ends.)
 */
async function endLoop(): Promise<void> {
  Atomics.store(shared, places.forced, 1);
  const session = new Session();
  session.connectToMainThread();
  // Answered when it is done. A second one before that would hit what comes after the loop.
  await new Promise((resolve) => session.post("Runtime.terminateExecution", resolve));
  session.disconnect();
}

async function listen(): Promise<void> {
  for await (const frames of control) {
    try {
      hear(frames);
    } catch {
      // Not signed with the kernel's key: from nobody who has a say here.
    }
  }
}

async function echo(): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

await Promise.all([
  control.bind(endpoint(info, info.control_port)),
  heartbeat.bind(endpoint(info, info.hb_port)),
]);
parentPort?.on("message", (frames: (Uint8Array | string)[] | "close") => {
  if (frames !== "close") {
    void control.send(frames.map((frame) => Buffer.from(frame as Uint8Array)));
    return;
  }
  for (const socket of [control, heartbeat]) socket.close();
  parentPort?.close();
});
parentPort?.postMessage("bound");
void listen();
void echo();
