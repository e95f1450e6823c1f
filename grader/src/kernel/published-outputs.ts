import type { CellError } from "./cell-error.js";
import type { Bundle, Sink } from "./interpreter.js";
import type { StreamName } from "./streams.js";
import type { Content } from "./wire.js";

/** Text waits at most this long, in milliseconds, for more of it to be sent in one message. */
const patience = 50;

/** Text is sent at once when there is this much of it, in characters. */
const enough = 64 * 1024;

/**
 * Publishes the outputs of a cell. Text is gathered: Jupyter's server stops showing the output of a
 * kernel that sends more than a thousand messages in a second.
 */
export class PublishedOutputs implements Sink {
  readonly #publish: (type: string, content: Content) => void;
  readonly #count: number;
  #name: StreamName = "stdout";
  #text = "";
  #lastSent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(publish: (type: string, content: Content) => void, count: number) {
    this.#publish = publish;
    this.#count = count;
  }

  stream(name: StreamName, text: string): void {
    if (name !== this.#name) this.flush();
    this.#name = name;
    this.#text += text;
    // A loop that never waits gives no timer a chance: look at the clock here as well.
    if (this.#text.length > enough || performance.now() - this.#lastSent > patience) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), patience).unref();
  }

  display(data: Bundle, metadata: Bundle, displayId: string | undefined, update: boolean): void {
    const transient = displayId === undefined ? {} : { display_id: displayId };
    this.#send(update ? "update_display_data" : "display_data", { data, metadata, transient });
  }

  result(data: Bundle): void {
    this.#send("execute_result", { execution_count: this.#count, data, metadata: {} });
  }

  error({ name, message, traceback }: CellError): void {
    this.#send("error", { ename: name, evalue: message, traceback });
  }

  /** Sends the text that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#lastSent = performance.now();
    this.#publish("stream", { name: this.#name, text });
  }

  #send(type: string, content: Content): void {
    this.flush();
    this.#publish(type, content);
  }
}

/** For cells that are to be run without a trace. */
export const noOutputs: Sink = { stream() {}, display() {}, result() {}, error() {} };
