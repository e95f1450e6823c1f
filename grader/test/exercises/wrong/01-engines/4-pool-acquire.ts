import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "takes the place only when the connection is open",
    change: [
      ["    pool.open += 1;\n    return undefined;", "    return undefined;"],
      [
        "  return { driver: await pool.connect(), openedAt: performance.now(), generation };",
        "  const driver = await pool.connect();\n  pool.open += 1;\n  return { driver, openedAt: performance.now(), generation };",
      ],
    ],
    fails: ["opens a connection when none is free, up to the size"],
    says: /A place is taken before the connection is open, or others would slip in meanwhile/,
  },
  {
    name: "takes the connection that has rested longest",
    change: [["pool.idle.pop()", "pool.idle.shift()"]],
    fails: ["hands out a free connection again, the one used last first"],
    says: /of several, the one that came back last/,
  },
  {
    name: "reckons the timeout in milliseconds",
    change: [["}, timeout * 1000);", "}, timeout);"]],
    fails: ["opens a connection when none is free, up to the size"],
    says: /"still waiting"[\s\S]*"pool-timeout"/,
  },
  {
    name: "stays in the line after it has given up",
    change: [["      pool.waiters.splice(pool.waiters.indexOf(waiter), 1);\n", ""]],
    fails: ["gives up after the timeout, and leaves the line"],
    says: /Who has given up leaves the line, and nobody else does/,
  },
  {
    name: "loses the place of a connection that cannot be opened",
    change: [["    leavePlace(pool);\n    throw error;", "    throw error;"]],
    fails: ["keeps its places when a connection cannot be opened"],
    says: /its place goes to the next in line/,
  },
  {
    name: "lets the timer of a waiter that was served run on",
    change: [["        clearTimeout(timer);\n", ""]],
    fails: ["gives up after the timeout, and leaves the line"],
    says: /a timer is over when its waiter was served/,
  },
];
