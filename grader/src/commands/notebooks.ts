import { Argument, type Command } from "commander";
import { readAssembled } from "../assemble/folder.js";
import { Failure } from "../base/failure.js";
import { ensureKernel, hasKernel } from "../setup/kernelspec.js";
import {
  chooseNotebookPackage,
  type NotebookPackage,
  notebookPackage,
} from "../setup/notebook-package.js";

export function register(program: Command): void {
  program
    .command("notebooks")
    .description("say or choose which ormlet notebooks run on: the finished one, or yours")
    .addArgument(new Argument("[ormlet]").choices(["finished", "assembled"]))
    .action(async (ormlet: NotebookPackage | undefined) => {
      if (ormlet === undefined) return console.log(inWords(await notebookPackage()));
      await choose(ormlet);
      console.log(inWords(ormlet));
      console.log("A kernel that runs keeps what it has: restart it (Kernel > Restart Kernel).");
    });
}

/** @throws Failure when nothing has been assembled yet */
async function choose(ormlet: NotebookPackage): Promise<void> {
  if (ormlet === "assembled" && !(await readAssembled())) {
    throw new Failure("There is no assembled ormlet yet.", {
      why: "notebooks cannot run on what is not there",
      remedy: "Run npx course assemble, which builds it from the parts that you have solved.",
    });
  }
  await chooseNotebookPackage(ormlet);
  // Without the kernel there is nothing to tell: npm start installs it as was chosen.
  if (hasKernel()) await ensureKernel();
}

function inWords(ormlet: NotebookPackage): string {
  return ormlet === "finished"
    ? "Notebooks run on the finished ormlet. npx course notebooks assembled changes that."
    : "Notebooks run on the ormlet that you assembled. npx course notebooks finished changes that.";
}
