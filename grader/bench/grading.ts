import { execa } from "execa";
import { root } from "../src/base/paths.js";

// How long a learner waits: from the command to its verdict, with everything warm. `npm run bench`.
// A figure, not a test: the machine's noise is no reason to fail.

const rounds = 7;

async function once(): Promise<number> {
  const started = performance.now();
  await execa("npm", ["run", "grade", "--", "1.1", "--solutions"], { cwd: root });
  return (performance.now() - started) / 1000;
}

await once(); // warms up: builds, starts MySQL if need be
const seconds: number[] = [];
for (let round = 0; round < rounds; round++) seconds.push(await once());
seconds.sort((a, b) => a - b);
const [min, median, max] = [0, rounds >> 1, rounds - 1].map((i) => seconds[i]?.toFixed(2));
console.log(`grading 1.1, warm, ${rounds} rounds: median ${median} s (${min}–${max} s)`);
