/**
 * A wrong answer to an exercise, of the kind that learners write, and what the grader must say to it. They stand in
 * `wrong/<chapter folder>/<n>-<name>.ts`, as `export const answers: WrongAnswer[]`; each exercise has at least three.
 */
export interface WrongAnswer {
  /** What is wrong with it, in a few words: "forgets the brackets of OR". */
  name: string;
  /** What is replaced in the solution, one after the other; each text must stand there exactly once. */
  change?: readonly (readonly [from: string, to: string])[];
  /** The whole file, in place of `change`. */
  code?: string;
  /** The names of tests that must fail, at least one; others may fail too. */
  fails: readonly string[];
  /** What the report, as a terminal shows it, must hold. */
  says: RegExp;
}

/**
 * The text of a wrong answer.
 *
 * @throws Error when it is made by neither or both of the two ways, or a text is not there exactly once
 */
export function submissionOf(answer: WrongAnswer, solution: string): string {
  const { code, change = [] } = answer;
  if ((code === undefined) === (change.length === 0)) {
    throw new Error(`"${answer.name}" needs either code or change`);
  }
  return code ?? change.reduce((text, [from, to]) => replaceOnce(text, from, to), solution);
}

function replaceOnce(text: string, from: string, to: string): string {
  const [before, after, ...more] = text.split(from);
  if (before !== undefined && after !== undefined && more.length === 0) return before + to + after;
  const count =
    from === "" ? "no text" : `it ${more.length === 0 ? "never" : `${more.length + 1} times`}`;
  throw new Error(`To be replaced is ${JSON.stringify(from)}, and the solution holds ${count}.`);
}
