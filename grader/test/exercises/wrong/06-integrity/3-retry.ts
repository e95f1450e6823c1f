import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "returns the promise without await, so that nothing is caught",
    change: [["return await work();", "return work();"]],
    fails: ["runs the work again until it succeeds"],
    says: /it should run again/,
  },
  {
    name: "counts the first run as one of the retries",
    change: [["if (tries > times)", "if (tries >= times)"]],
    fails: ["runs the work again until it succeeds"],
    says: /times counts the runs after the first/,
  },
  {
    name: "takes 40003 for retryable",
    change: [["/^40(?!003)/", "/^40/"]],
    fails: ["says what can be run again"],
    says: /not 40003/,
  },
  {
    name: "waits for the same time always",
    change: [["Math.random() * Math.min(1000, 10 * 2 ** tries)", "20"]],
    fails: ["waits for a random time, up to twice as long each time"],
    says: /a new random number each time/,
  },
  {
    name: "lets the wait grow without an end",
    change: [["Math.min(1000, 10 * 2 ** tries)", "(10 * 2 ** tries)"]],
    fails: ["waits for a random time, up to twice as long each time"],
    says: /never more than a second/,
  },
  {
    name: "sleeps on while the signal says stop",
    change: [
      [
        "const stopped = await limitReached(delay, { signal });",
        "await delay;\n    const stopped = undefined;",
      ],
    ],
    fails: ["lets a signal end the waiting"],
    says: /no further run/,
  },
  {
    name: "asks the error itself for its code, and not the cause",
    change: [
      [
        'if (code === "rolled-back" || code === "transaction-ended") return isRetryable(cause);',
        "",
      ],
    ],
    fails: ["says what can be run again"],
    says: /as its cause is/,
  },
];
