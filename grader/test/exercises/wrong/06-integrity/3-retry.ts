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
    name: "notes the tries in whatever error ends a later run",
    change: [
      [
        "if (!isRetryable(error)) throw error;",
        "if (!isRetryable(error)) throw tries > 1 && error instanceof Error ? noteTries(error, tries) : error;",
      ],
    ],
    fails: ["lets other errors out at once"],
    says: /in whichever run[\s\S]*Its message was changed/,
  },
  {
    name: "looks at the error of the first run alone",
    change: [
      [
        "if (!isRetryable(error)) throw error;",
        "if (!isRetryable(error) && tries === 1) throw error;",
      ],
    ],
    fails: ["lets other errors out at once"],
    says: /After \d deadlocks this was thrown/,
  },
  {
    name: "waits for the same time always",
    change: [["Math.random() * Math.min(1000, 10 * 2 ** tries)", "20"]],
    fails: ["waits for a random time, up to twice as long each time"],
    says: /a new random number each time[\s\S]*your waits are 20, 20,/,
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
    says: /no further run[\s\S]*There were \d runs|It came only when the wait was over/,
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
