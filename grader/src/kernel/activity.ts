import vm from "node:vm";

/** What the main thread is at. What keeps it busy for long decides how that can be ended. */
const states = {
  /** Nothing, or what a cell does after its first part: callbacks, and all behind an `await`. */
  any: 0,
  /** The kernel's own work, such as the compiler's. It ends by itself, and must not be cut off. */
  own: 1,
  /** The first part of a cell, up to its end or the first `await` that waits. */
  firstPart: 2,
  /** The same, and a signal to end it has been sent. */
  signalled: 3,
};

/**
 * What the main thread is at, in numbers that the control thread sees.
 *
 * In the first part of a cell, Node.js turns the signal SIGINT into an error; it takes the listeners
 * for that signal away meanwhile. Just before and after, the signal would end the process. So the
 * control thread sends it only in between, and the cell does not leave before it has come.
 */
export class Activity {
  /** The state, and how often it has changed. */
  readonly shared: Int32Array<SharedArrayBuffer>;

  /** @param shared that of the main thread, in another thread */
  constructor(shared = new Int32Array(new SharedArrayBuffer(8))) {
    this.shared = shared;
  }

  /** Does work of the kernel. A cell that is run in it is its first part. */
  own<T>(work: () => T): T {
    this.#become(states.own);
    try {
      return work();
    } finally {
      this.#become(states.any);
    }
  }

  /** Whether the main thread does the kernel's own work. */
  get isOwn(): boolean {
    return Atomics.load(this.shared, 0) === states.own;
  }

  /** Another number whenever the main thread has come to something else. */
  get moment(): number {
    return Atomics.load(this.shared, 1);
  }

  /**
   * Ends the first part of a cell, from another thread.
   *
   * @returns whether a cell was in it; then a signal is on its way
   */
  signal(): boolean {
    const { firstPart, signalled } = states;
    const found = Atomics.compareExchange(this.shared, 0, firstPart, signalled);
    if (found === firstPart) process.kill(process.pid, "SIGINT");
    return found === firstPart || found === signalled;
  }

  /**
   * Has tslab's scripts of cells, which SIGINT may break, tell when they are within its reach. Those
   * that a cell runs in the same way are left alone.
   */
  watchScripts(): void {
    const run = vm.runInThisContext;
    const entry = "__cell__";
    vm.runInThisContext = (code, options) => {
      const breaks = typeof options === "object" && options.breakOnSigint === true;
      if (!breaks || !this.isOwn) return run(code, options);
      const script = new vm.Script(code);
      const value = () => this.#firstPart(() => script.runInThisContext());
      Object.defineProperty(globalThis, entry, { value, configurable: true });
      try {
        return run(`${entry}()`, options);
      } finally {
        this.#become(states.own);
      }
    };
  }

  #firstPart<T>(work: () => T): T {
    const { firstPart, own } = states;
    this.#become(firstPart);
    try {
      return work();
    } finally {
      // The signal ends this loop. Whoever left instead would meet it where it ends the process.
      while (Atomics.compareExchange(this.shared, 0, firstPart, own) !== firstPart);
    }
  }

  #become(state: number): void {
    Atomics.store(this.shared, 0, state);
    Atomics.add(this.shared, 1, 1);
  }
}
