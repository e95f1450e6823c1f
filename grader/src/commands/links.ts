import type { Command } from "commander";
import { colors } from "../base/colors.js";
import { Failure } from "../base/failure.js";
import { root } from "../base/paths.js";
import { askExternal } from "../weave/external-links.js";
import { weaveCourse } from "../weave/index.js";
import { allLinks } from "../weave/links.js";

/** `course links`: no part of the tests, which need no network but for their set-up. */
export function register(program: Command): void {
  program
    .command("links")
    .description("ask every address that notebooks and pages lead to (for authors)")
    .action(async () => {
      process.exitCode = await links();
    });
}

/**
 * @returns 0 when no address is gone, else 1
 * @throws Failure when none answers: then nothing has been found out
 */
async function links(): Promise<number> {
  const answers = await askExternal(allLinks(weaveCourse(root), root));
  const of = (state: string) => answers.filter((one) => one.state === state);
  if (of("there").length === 0) {
    throw new Failure(`None of ${answers.length} addresses could be reached.`, {
      why: `the first said: ${answers[0]?.why ?? "nothing"}.`,
      remedy: "check the network, then run the same command again.",
    });
  }
  for (const { address, state, why, from } of [...of("gone"), ...of("unclear")]) {
    console.log(`${state === "gone" ? colors.red("gone   ") : "unclear"}  ${address}: ${why}`);
    console.log(colors.dim(`         ${from.join(", ")}`));
  }
  const counts = `${of("there").length} addresses answer, ${of("gone").length} are gone`;
  console.log(`${counts}, ${of("unclear").length} must be looked at.`);
  return of("gone").length > 0 ? 1 : 0;
}
