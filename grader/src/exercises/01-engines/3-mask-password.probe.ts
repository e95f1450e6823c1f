import type { Json, ProbeContext, Probes } from "../../judge/exercise.js";

const maskEach = async (context: ProbeContext) => {
  const { maskPassword } = (await context.submission()) as { maskPassword(url: string): string };
  return (context.input as string[]).map((url): Json => maskPassword(url));
};

const probes: Probes = {
  "puts *** in place of the password": maskEach,
  "leaves a URL without a password as it is": maskEach,
  "hides all of a password that was not encoded": maskEach,
  "hides an empty password, and one behind an empty user": maskEach,
  "works for every scheme, and for hosts of any kind": maskEach,
  "keeps the password out of an error of the engine": async (context) => {
    await context.submission();
    try {
      await context.ormlet.createEngine(context.input as string).dispose();
      return { refused: false };
    } catch (error) {
      return { refused: true, message: (error as Error).message };
    }
  },
};

export default probes;
