import vm from "node:vm";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { Activity } from "../../dist/kernel/activity.js";

// Runs 2,000 short scripts as the kernel runs those of cells, while a thread asks again and again,
// as fast as it can, that they be ended. Prints how many were, and how many signals none of them had.

if (isMainThread) {
  const activity = new Activity();
  activity.watchScripts();
  const counts = { ended: 0, whole: 0, heard: 0 };
  process.on("SIGINT", () => {
    counts.heard += 1;
  });
  const thread = new Worker(new URL(import.meta.url), { workerData: activity.shared });
  await new Promise((resolve) => thread.once("online", resolve));
  for (let number = 0; number < 2000; number += 1) {
    const script = number % 3 === 0 ? "for (let n = 0; n < 10_000; n += 1);" : "1";
    try {
      activity.own(() => vm.runInThisContext(script, { breakOnSigint: true }));
      counts.whole += 1;
    } catch (error) {
      if (error.code !== "ERR_SCRIPT_EXECUTION_INTERRUPTED") throw error;
      counts.ended += 1;
    }
    // The listener is called in a turn of the event loop.
    if (number % 100 === 0) await new Promise(setImmediate);
  }
  await thread.terminate();
  await new Promise((resolve) => setTimeout(resolve, 100));
  console.log(JSON.stringify(counts));
} else {
  const activity = new Activity(workerData);
  for (;;) activity.signal();
}
