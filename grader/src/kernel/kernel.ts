import type { CellError } from "./cell-error.js";
import { History } from "./history.js";
import type { Interpreter } from "./interpreter.js";
import { languageInfo } from "./metadata.js";
import { noOutputs, PublishedOutputs } from "./published-outputs.js";
import type { Request, Sockets } from "./sockets.js";
import { type Content, protocolVersion } from "./wire.js";

/** Time, in milliseconds, in which requests that were sent before an error are still coming in. */
const settling = 20;

/**
 * Answers Jupyter's requests: those of the shell one after the other, in the order in which they
 * came; those of the control channel (interrupt, shutdown) at once.
 */
export class Kernel {
  readonly #interpreter: Interpreter;
  readonly #sockets: Sockets;
  readonly #shutdown: () => void;
  readonly #queue: Request[] = [];
  #busy = false;
  #count = 0;
  readonly #history = new History();

  /** @param shutdown ends the process */
  constructor(interpreter: Interpreter, sockets: Sockets, shutdown: () => void) {
    this.#interpreter = interpreter;
    this.#sockets = sockets;
    this.#shutdown = shutdown;
  }

  receive(request: Request): void {
    if (request.channel === "control") {
      void this.#handle(request);
      return;
    }
    this.#queue.push(request);
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) await this.#handle(next);
    this.#busy = false;
  }

  async #handle(request: Request): Promise<void> {
    this.#publishStatus("busy", request);
    let aborted: Request[] = [];
    try {
      const type = request.header.msg_type;
      if (type === "execute_request") aborted = await this.#execute(request);
      else this.#answer(request, type);
    } catch (error) {
      const { name, message } = error as Error;
      const type = request.header.msg_type.replace(/_request$/, "_reply");
      const content = { status: "error", ename: name, evalue: message, traceback: [] };
      this.#sockets.reply(request, type, content);
    } finally {
      this.#publishStatus("idle", request);
    }
    for (const each of aborted) this.#abort(each);
  }

  /** Answers every request but to execute. Those that are not known get no answer. */
  #answer(request: Request, type: string): void {
    const reply = (content: Content) => {
      this.#sockets.reply(request, type.replace(/_request$/, "_reply"), {
        status: "ok",
        ...content,
      });
    };
    const { content } = request;
    if (type === "kernel_info_request") reply(kernelInfo());
    else if (type === "complete_request") reply(this.#complete(content));
    else if (type === "inspect_request") reply(this.#inspect(content));
    else if (type === "is_complete_request") reply(this.#isComplete(content));
    else if (type === "history_request") reply({ history: this.#history.find(content) });
    else if (type === "comm_info_request") reply({ comms: {} });
    else if (type === "comm_open") {
      const data = { comm_id: content.comm_id, data: {} };
      this.#sockets.publish("comm_close", data, request.header);
    } else if (type === "interrupt_request") {
      this.#interpreter.interrupt(request.forced);
      reply({});
    } else if (type === "shutdown_request") {
      const restart = content.restart === true;
      reply({ restart });
      this.#sockets.publish("shutdown_reply", { status: "ok", restart }, request.header);
      this.#shutdown();
    }
  }

  /** @returns the requests to execute that the client had sent before it could know of an error */
  async #execute(request: Request): Promise<Request[]> {
    const code = String(request.content.code ?? "");
    const silent = request.content.silent === true;
    const publish = (type: string, content: Content) =>
      this.#sockets.publish(type, content, request.header);
    if (!silent && request.content.store_history !== false) {
      this.#count += 1;
      this.#history.add(this.#count, code);
    }
    const count = this.#count;
    if (!silent) publish("execute_input", { code, execution_count: count });
    const outputs = new PublishedOutputs(publish, count);
    const error = await this.#interpreter.run(code, silent ? noOutputs : outputs, count);
    outputs.flush();

    const aborted =
      error === undefined || request.content.stop_on_error === false
        ? []
        : await this.#takeQueued();
    this.#sockets.reply(request, "execute_reply", {
      ...outcome(error),
      execution_count: count,
      user_expressions: {},
      payload: [],
    });
    return aborted;
  }

  /** Takes the requests to execute out of the queue, those too that are just coming in. */
  async #takeQueued(): Promise<Request[]> {
    await new Promise((resolve) => setTimeout(resolve, settling));
    const isExecution = ({ header }: Request) => header.msg_type === "execute_request";
    const taken = this.#queue.filter(isExecution);
    const others = this.#queue.filter((request) => !isExecution(request));
    this.#queue.splice(0, this.#queue.length, ...others);
    return taken;
  }

  #abort(request: Request): void {
    this.#publishStatus("busy", request);
    const content = { status: "aborted", execution_count: this.#count };
    this.#sockets.reply(request, "execute_reply", content);
    this.#publishStatus("idle", request);
  }

  #complete({ code, cursor_pos }: Content): Content {
    const text = String(code ?? "");
    const found = this.#interpreter.complete(text, unitsBefore(text, Number(cursor_pos)));
    return {
      matches: found.candidates,
      cursor_start: charactersBefore(text, found.start),
      cursor_end: charactersBefore(text, found.end),
      metadata: {},
    };
  }

  #inspect({ code, cursor_pos }: Content): Content {
    const text = String(code ?? "");
    const found = this.#interpreter.inspect(text, unitsBefore(text, Number(cursor_pos)));
    const data = found === undefined ? {} : { "text/plain": found };
    return { found: found !== undefined, data, metadata: {} };
  }

  #isComplete({ code }: Content): Content {
    const { completed, indent } = this.#interpreter.isComplete(String(code ?? ""));
    return completed ? { status: "complete" } : { status: "incomplete", indent: indent ?? "" };
  }

  #publishStatus(state: "busy" | "idle", { header }: Request): void {
    this.#sockets.publish("status", { execution_state: state }, header);
  }
}

function outcome(error: CellError | undefined): Content {
  if (error === undefined) return { status: "ok" };
  const { name, message, traceback } = error;
  return { status: "error", ename: name, evalue: message, traceback };
}

function kernelInfo(): Content {
  return {
    protocol_version: protocolVersion,
    implementation: "ormlet",
    implementation_version: "0.1.0",
    language_info: languageInfo,
    banner: `TypeScript for the ormlet course, on Node.js ${process.versions.node}`,
    help_links: [{ text: "TypeScript", url: "https://www.typescriptlang.org/docs/" }],
  };
}

/** Jupyter counts positions in characters, JavaScript in units of UTF-16. */
function unitsBefore(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join("").length;
}

function charactersBefore(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}
