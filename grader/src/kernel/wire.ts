import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The file that Jupyter writes for a kernel: where to listen, and the key to sign messages with. */
export interface ConnectionInfo {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  iopub_port: number;
  control_port: number;
  stdin_port: number;
  hb_port: number;
}

/** The address of one of its ports. */
export function endpoint({ transport, ip }: ConnectionInfo, port: number): string {
  return `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;
}

/**
 * For sockets without limits: by default ØMQ drops what is published while a client is slow, and a
 * socket is "busy" after some hundred messages in one stretch. So sending never waits or loses.
 */
export const unlimited = { sendHighWaterMark: 0, sendTimeout: 0, linger: 1000 };

export interface Header {
  msg_id: string;
  msg_type: string;
  username: string;
  session: string;
  date: string;
  version: string;
}

export type Content = Record<string, unknown>;

/** A message as it came in. */
export interface Message {
  /** Whom to answer: the frames before the delimiter. */
  identities: Buffer[];
  header: Header;
  content: Content;
}

/** The version of Jupyter's messaging protocol that is spoken. */
export const protocolVersion = "5.3";

const delimiter = "<IDS|MSG>";
const session = randomUUID();

/** @throws Error when the message is malformed or its signature is wrong */
export function decode(frames: readonly Buffer[], key: string): Message {
  const at = frames.findIndex((frame) => frame.equals(Buffer.from(delimiter)));
  const [signature, ...parts] = at < 0 ? [] : frames.slice(at + 1, at + 6);
  if (signature === undefined || parts.length < 4) throw new Error("not a Jupyter message");
  const expected = Buffer.from(sign(parts, key));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new Error("the message is not signed with this kernel's key");
  }
  const [header, , , content] = parts.map((part) => JSON.parse(part.toString("utf8")));
  return { identities: frames.slice(0, at), header: header as Header, content: content as Content };
}

/**
 * The frames of a message.
 *
 * @param parent the request that it belongs to, if any
 */
export function encode(
  identities: readonly (Buffer | string)[],
  type: string,
  content: Content,
  parent: Header | undefined,
  key: string,
): (Buffer | string)[] {
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: type,
    username: "kernel",
    session,
    date: new Date().toISOString(),
    version: protocolVersion,
  };
  const parts = [header, parent ?? {}, {}, content].map((part) => JSON.stringify(part));
  return [...identities, delimiter, sign(parts, key), ...parts];
}

function sign(parts: readonly (Buffer | string)[], key: string): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}
