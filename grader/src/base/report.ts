/**
 * Where a long job says what it is doing. `step` returns a function that a job calls with a short
 * note ("47 MB of 120 MB") as it goes on; the terminal shows it with the time that has passed.
 */
export interface Report {
  step<T>(title: string, work: (note: (text: string) => void) => Promise<T>): Promise<T>;
}

/** Says nothing: for callers that have their own words. */
export const quiet: Report = { step: (_title, work) => work(() => {}) };
