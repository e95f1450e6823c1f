import { Publisher, Reply, Router } from "zeromq";
import {
  type ConnectionInfo,
  type Content,
  decode,
  encode,
  type Header,
  type Message,
} from "./wire.js";

/** The two sockets that requests come in at. */
export type Channel = "shell" | "control";

/** A request, and the way back. */
export interface Request extends Message {
  channel: Channel;
}

/**
 * Without limits: by default ØMQ drops what is published while a client is slow, and a socket is
 * "busy" after some hundred messages in one stretch. Sending never waits and never loses anything.
 */
const unlimited = { sendHighWaterMark: 0, sendTimeout: 0, linger: 1000 };

/** The five sockets of a kernel. */
export class Sockets {
  readonly #info: ConnectionInfo;
  readonly #iopub = new Publisher(unlimited);
  readonly #channels = { shell: new Router(unlimited), control: new Router(unlimited) };
  // Nothing asks for input; clients expect that the socket is there all the same.
  readonly #stdin = new Router(unlimited);
  readonly #heartbeat = new Reply();

  constructor(info: ConnectionInfo) {
    this.#info = info;
  }

  /** Binds them and hands each request on. Messages that are not signed right are dropped. */
  async open(receive: (request: Request) => void, complain: (text: string) => void): Promise<void> {
    const { transport, ip } = this.#info;
    const at = (port: number) =>
      transport === "ipc" ? `ipc://${ip}-${port}` : `${transport}://${ip}:${port}`;
    await Promise.all([
      this.#iopub.bind(at(this.#info.iopub_port)),
      this.#channels.shell.bind(at(this.#info.shell_port)),
      this.#channels.control.bind(at(this.#info.control_port)),
      this.#stdin.bind(at(this.#info.stdin_port)),
      this.#heartbeat.bind(at(this.#info.hb_port)),
    ]);
    for (const channel of ["shell", "control"] as const) {
      void this.#listen(channel, receive, complain);
    }
    void this.#echo();
  }

  reply({ channel, identities, header }: Request, type: string, content: Content): void {
    void this.#channels[channel].send(encode(identities, type, content, header, this.#info.key));
  }

  publish(type: string, content: Content, parent: Header | undefined): void {
    void this.#iopub.send(encode([type], type, content, parent, this.#info.key));
  }

  close(): void {
    const { shell, control } = this.#channels;
    for (const socket of [shell, control, this.#stdin, this.#heartbeat, this.#iopub])
      socket.close();
  }

  async #listen(
    channel: Channel,
    receive: (request: Request) => void,
    complain: (text: string) => void,
  ): Promise<void> {
    for await (const frames of this.#channels[channel]) {
      try {
        receive({ ...decode(frames, this.#info.key), channel });
      } catch (error) {
        complain(`A message was dropped: ${(error as Error).message}.`);
      }
    }
  }

  async #echo(): Promise<void> {
    for await (const frames of this.#heartbeat) await this.#heartbeat.send(frames);
  }
}
