import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";

/** A container engine that answers, and where. */
export interface Engine {
  kind: "Docker" | "Podman";
  /** As in DOCKER_HOST: `unix:///path`, `npipe:////./pipe/name` or `tcp://host:port`. */
  host: string;
  version: string;
}

/** An engine's refusal: its status code and its words. */
export class EngineError extends Error {
  override name = "EngineError";
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ApiOptions {
  query?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, a tar file: the path of one, or a stream. */
  tar?: string | Readable;
  /** Called with each line of an answer that comes bit by bit. */
  onLine?: (line: string) => void;
  /** Milliseconds without a sign of life after which the request is given up. */
  timeout?: number;
  /** The same, from the first line of an answer that comes bit by bit. */
  timeoutLater?: number;
}

async function addressOf(host: string): Promise<RequestOptions & { secure: boolean }> {
  const url = new URL(host);
  if (url.protocol === "unix:" || url.protocol === "npipe:") {
    return { socketPath: decodeURIComponent(url.pathname), secure: false };
  }
  const address = { host: url.hostname, port: Number(url.port || 2375) };
  const folder = process.env.DOCKER_CERT_PATH;
  if (process.env.DOCKER_TLS_VERIFY !== "1" || folder === undefined) {
    return { ...address, secure: false };
  }
  const [ca, cert, key] = await Promise.all(
    ["ca.pem", "cert.pem", "key.pem"].map((name) => readFile(`${folder}/${name}`)),
  );
  return { ...address, ca, cert, key, secure: true } as RequestOptions & { secure: boolean };
}

async function read(response: IncomingMessage, onLine?: (line: string) => void): Promise<string> {
  let all = "";
  let rest = "";
  response.setEncoding("utf8");
  for await (const chunk of response) {
    if (onLine === undefined) {
      all += chunk;
      continue;
    }
    const lines = `${rest}${chunk}`.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") onLine(line.trim());
  }
  if (onLine !== undefined && rest.trim() !== "") onLine(rest.trim());
  return all;
}

/**
 * One request to an engine's Docker-compatible API, which Docker and Podman both speak.
 * Loads nothing and starts nothing, so that commands which only look stay fast.
 * @returns the answer, read as JSON where it is JSON.
 * @throws EngineError for a refusal; other errors when the engine does not answer.
 */
export async function callEngine(
  host: string,
  method: "GET" | "POST" | "DELETE" | "HEAD",
  path: string,
  options: ApiOptions = {},
): Promise<unknown> {
  const { secure, ...address } = await addressOf(host);
  const search = new URLSearchParams(options.query).toString();
  const body = options.json === undefined ? undefined : JSON.stringify(options.json);
  const headers: Record<string, string> = { host: "localhost" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (options.tar !== undefined) headers["content-type"] = "application/x-tar";
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = secure ? httpsRequest : httpRequest;
    const target = `${path}${search === "" ? "" : `?${search}`}`;
    const sent = send({ ...address, method, path: target, headers, agent: false }, resolve);
    sent.on("error", reject);
    if (options.timeout !== undefined) sent.setTimeout(options.timeout, () => silent(sent));
    if (options.tar === undefined) {
      sent.end(body);
    } else {
      const tar = typeof options.tar === "string" ? createReadStream(options.tar) : options.tar;
      tar.on("error", (error: Error) => sent.destroy(error));
      tar.pipe(sent);
    }
  });
  const status = response.statusCode ?? 0;
  const onLine =
    options.onLine &&
    ((line: string) => {
      if (options.timeoutLater !== undefined) response.socket.setTimeout(options.timeoutLater);
      options.onLine?.(line);
    });
  const text = await read(response, status < 400 ? onLine : undefined);
  if (status >= 400) throw new EngineError(status, messageIn(text) ?? `status ${status}`);
  return /json/.test(response.headers["content-type"] ?? "") && text !== ""
    ? JSON.parse(text)
    : text;
}

function silent(request: ClientRequest): void {
  request.destroy(new Error("the engine does not answer, or waits for one that does not"));
}

function messageIn(text: string): string | undefined {
  try {
    const parsed = JSON.parse(text) as { message?: string; cause?: string };
    return parsed.message ?? parsed.cause;
  } catch {
    return text.trim() === "" ? undefined : text.trim();
  }
}

/** Asks what answers there; undefined when nothing does, or nothing that is an engine. */
export async function engineAt(host: string, timeout = 3_000): Promise<Engine | undefined> {
  try {
    const answer = (await callEngine(host, "GET", "/version", { timeout })) as {
      Version?: string;
      Components?: { Name?: string }[];
    };
    if (typeof answer.Version !== "string") return undefined;
    const podman = answer.Components?.some(({ Name }) => /podman/i.test(Name ?? ""));
    return { kind: podman ? "Podman" : "Docker", host, version: answer.Version };
  } catch {
    return undefined;
  }
}

/** What the engine lists of a container. */
export interface ListedContainer {
  Id: string;
  Names: string[];
  Image: string;
  State: string;
  Created: number;
  Labels: Record<string, string>;
}

/** Every container, running or not, that has the label. */
export async function listContainers(host: string, label: string): Promise<ListedContainer[]> {
  const filters = JSON.stringify({ label: [label] });
  const query = { all: "true", filters };
  return (await callEngine(host, "GET", "/containers/json", {
    query,
    timeout: 20_000,
  })) as ListedContainer[];
}

/** Removes a container by id or name, running or not; false when there was none. */
export async function removeContainer(host: string, id: string): Promise<boolean> {
  try {
    const query = { force: "true", v: "true" };
    await callEngine(host, "DELETE", `/containers/${id}`, { query, timeout: 30_000 });
    return true;
  } catch (error) {
    // 409: another command is removing it.
    if (error instanceof EngineError && [404, 409].includes(error.status)) return false;
    throw error;
  }
}

/** Whether the engine's store has the image. */
export async function hasImage(host: string, image: string): Promise<boolean> {
  return (await imageLabels(host, image)) !== undefined;
}

/** The labels of an image in the engine's store; undefined when it is not there. */
export async function imageLabels(
  host: string,
  image: string,
): Promise<Record<string, string> | undefined> {
  try {
    const found = (await callEngine(host, "GET", `/images/${image}/json`, {
      timeout: 20_000,
    })) as { Config?: { Labels?: Record<string, string> | null } };
    return found.Config?.Labels ?? {};
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}
