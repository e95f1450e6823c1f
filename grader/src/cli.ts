import { Command } from "commander";

/** The commands, each in a file of its own that is loaded only when it is asked for. */
const commands: Record<string, () => Promise<{ register(program: Command): void }>> = {
  start: () => import("./commands/start.js"),
  grade: () => import("./commands/grade.js"),
  watch: () => import("./commands/watch.js"),
  hint: () => import("./commands/hint.js"),
  progress: () => import("./commands/progress.js"),
  reset: () => import("./commands/reset.js"),
  update: () => import("./commands/update.js"),
  doctor: () => import("./commands/doctor.js"),
  db: () => import("./commands/db.js"),
  stop: () => import("./commands/stop.js"),
  test: () => import("./commands/test.js"),
  weave: () => import("./commands/weave.js"),
  exercises: () => import("./commands/exercises.js"),
  bench: () => import("./commands/bench.js"),
  assemble: () => import("./commands/assemble.js"),
  notebooks: () => import("./commands/notebooks.js"),
  bare: () => import("./commands/bare.js"),
  links: () => import("./commands/links.js"),
};

/**
 * Runs one command; what it returns to the shell is in `process.exitCode`.
 *
 * @param args the command and what follows it, without Node and the script
 * @throws Failure for everything that a person can act on
 */
export async function main(args: string[]): Promise<void> {
  const program = new Command("course")
    .description("Sets up, runs and grades the ormlet course")
    .showHelpAfterError("(course --help lists what there is)");
  const load = commands[args[0] ?? ""];
  const wanted = load ? [load] : Object.values(commands);
  for (const module of await Promise.all(wanted.map((load) => load()))) module.register(program);
  await program.parseAsync(args, { from: "user" });
}
