import { Failure } from "../base/failure.js";
import { callEngine } from "./engine-api.js";
import { failureFrom, type Note } from "./run-command.js";

/** Milliseconds that a registry has to answer, and to send something more while pulling. */
const patience = { answer: 3_000, pull: 20_000 };

/** The official image, unless ORMLET_MYSQL_IMAGE names another. */
export function chosenImage(): { name: string; chosen: boolean } {
  const name = process.env.ORMLET_MYSQL_IMAGE;
  return name ? { name, chosen: true } : { name: "mysql:9.7", chosen: false };
}

/** An image's name in full: `mysql:9.7` is `docker.io/library/mysql:9.7`. */
export function fullName(image: string): { registry: string; repository: string; tag: string } {
  const parts = image.split("/");
  const first = parts[0] ?? "";
  const named = parts.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const registry = named ? first : "docker.io";
  const rest = (named ? parts.slice(1) : parts).join("/");
  const [repository = "", tag = "latest"] = rest.includes("@")
    ? rest.split("@")
    : rest.split(/:(?=[^:/]+$)/);
  const whole = named || repository.includes("/") ? repository : `library/${repository}`;
  return { registry, repository: whole, tag };
}

/**
 * Whether the image's registry answers from here, within 3 seconds. Behind a proxy this process
 * cannot tell, so the engine is left to try.
 * @returns undefined when it answers, else what went wrong.
 */
export async function registryTrouble(image: string): Promise<string | undefined> {
  const { HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy } = process.env;
  if (HTTPS_PROXY || https_proxy || ALL_PROXY || all_proxy) return undefined;
  const { registry } = fullName(image);
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const scheme = /^(localhost|127\.)/.test(host) ? "http" : "https";
  try {
    const signal = AbortSignal.timeout(patience.answer);
    await (await fetch(`${scheme}://${host}/v2/`, { signal })).body?.cancel();
    return undefined;
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    const words: Record<string, string> = {
      ENOTFOUND: "its name is not known here",
      EAI_AGAIN: "its name is not known here",
      TimeoutError: `no answer within ${patience.answer / 1000} seconds`,
    };
    return `${host}: ${words[cause] ?? cause}`;
  }
}

/** Whether the engine goes to registries by roads of its own: a mirror or a proxy. */
export async function hasOwnRoad(host: string): Promise<boolean> {
  const info = (await callEngine(host, "GET", "/info", { timeout: 10_000 }).catch(() => ({}))) as {
    HttpsProxy?: string;
    RegistryConfig?: { Mirrors?: string[] | null };
  };
  return Boolean(info.HttpsProxy) || (info.RegistryConfig?.Mirrors?.length ?? 0) > 0;
}

/**
 * Has the engine fetch an image, telling how far it is.
 * @throws Failure when it cannot, or when nothing comes for 20 seconds.
 */
export async function pullImage(host: string, image: string, note: Note): Promise<void> {
  const { registry, repository, tag } = fullName(image);
  const layers = new Map<string, { current: number; total: number }>();
  const failure = `The image ${image} could not be fetched.`;
  let refusal: string | undefined;
  const take = (line: string) => {
    const event = parse(line);
    if (event?.error !== undefined) refusal = event.error;
    const { current, total } = event?.progressDetail ?? {};
    if (event?.id === undefined || current === undefined || !total) return;
    layers.set(event.id, { current, total });
    note(progress([...layers.values()]));
  };
  note(`fetching ${image}`);
  try {
    await callEngine(host, "POST", "/images/create", {
      query: { fromImage: `${registry}/${repository}`, tag },
      onLine: take,
      timeout: patience.pull,
    });
  } catch (error) {
    throw failureFrom(failure, error instanceof Error ? error.message : String(error));
  }
  if (refusal !== undefined) {
    if (/not found|manifest unknown|denied/i.test(refusal)) {
      throw new Failure(failure, { why: refusal, remedy: "Check its name and its tag." });
    }
    throw failureFrom(failure, refusal);
  }
}

interface PullEvent {
  id?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
}

function parse(line: string): PullEvent | undefined {
  try {
    return JSON.parse(line) as PullEvent;
  } catch {
    return undefined;
  }
}

function progress(layers: { current: number; total: number }[]): string {
  const sum = (key: "current" | "total") =>
    Math.round(layers.reduce((all, layer) => all + layer[key], 0) / 1e6);
  return `${sum("current")} MB of ${sum("total")} MB`;
}
