import { Failure } from "../base/failure.js";
import { callEngine } from "./engine-api.js";
import { failureFrom, type Note } from "./run-command.js";

/**
 * Milliseconds that a registry has to answer, that a pull has to begin, and that it has to send
 * something more.
 */
const patience = { answer: 3_000, begin: 8_000, pull: 20_000 };

/** The official image, unless ORMLET_MYSQL_IMAGE names another. */
export function chosenImage(): { name: string; chosen: boolean } {
  const name = process.env.ORMLET_MYSQL_IMAGE;
  return name ? { name, chosen: true } : { name: "mysql:9.7", chosen: false };
}

/** The parts of an image's name. Without a registry in it, the engine knows where to look. */
export function partsOf(image: string): { registry?: string; name: string; tag: string } {
  const [name = "", tag = "latest"] = image.includes("@")
    ? image.split("@")
    : image.split(/:(?=[^:/]+$)/);
  const first = name.split("/")[0] ?? "";
  const named = first !== name && (/[.:]/.test(first) || first === "localhost");
  return { ...(named ? { registry: first } : {}), name, tag };
}

/**
 * Whether the image's registry answers from here, within 3 seconds. Where that cannot be told, the
 * engine is left to try: behind a proxy, with a mirror, and when the image's name has no registry
 * and the engine does not say which one it asks (Podman does not).
 * @returns undefined when it answers or cannot be told, else what went wrong.
 */
export async function registryTrouble(
  engineHost: string,
  image: string,
): Promise<string | undefined> {
  const { HTTPS_PROXY, https_proxy, ALL_PROXY, all_proxy } = process.env;
  if (HTTPS_PROXY || https_proxy || ALL_PROXY || all_proxy) return undefined;
  const engine = (await callEngine(engineHost, "GET", "/info", { timeout: 10_000 }).catch(
    () => ({}),
  )) as EngineInfo;
  if (engine.HttpsProxy || engine.RegistryConfig?.Mirrors?.length) return undefined;
  const index = engine.IndexServerAddress ?? "";
  const host = partsOf(image).registry ?? (URL.canParse(index) ? new URL(index).host : "");
  if (host === "") return undefined;
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

/** What an engine tells of its roads to registries. */
interface EngineInfo {
  /** Where it looks for images without a registry in their names: a URL; "" from Podman. */
  IndexServerAddress?: string;
  HttpsProxy?: string;
  RegistryConfig?: { Mirrors?: string[] | null };
}

/**
 * Has the engine fetch an image, telling how far it is.
 * @throws Failure when it cannot, or when nothing comes: for 8 seconds at first, for 20 later.
 */
export async function pullImage(host: string, image: string, note: Note): Promise<void> {
  const { name, tag } = partsOf(image);
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
      query: { fromImage: name, tag },
      onLine: take,
      timeout: patience.begin,
      timeoutLater: patience.pull,
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
