/** What a submission may use. Sizes in bytes, times in seconds. */
export const limits = {
  /** Resident memory of the runner and whatever it started. */
  memory: 512 * 1024 * 1024,
  /** Of JavaScript's heap; other memory (buffers) is bounded by `memory`. */
  heap: 256 * 1024 * 1024,
  /** Processor time of the whole run. */
  cpu: 30,
  /** Until the process is up; the grader's own time, with no code of the submission in it. */
  start: 30,
  /** From then on until the submission is loaded. */
  load: 8,
  /** For one test. */
  test: 5,
  /** Standard output and error together; more ends the run. */
  output: 4 * 1024 * 1024,
  /** Of the output, what is kept for the report. */
  keptOutput: 16 * 1024,
  /** One answer on the channel. */
  answer: 600 * 1024,
  /** Processes and threads, where the run has a user of its own. */
  threads: 64,
  /** Connections to MySQL. */
  connections: 20,
  /** How often a runner that ended too early is started again for the tests that are left. */
  restarts: 2,
};
