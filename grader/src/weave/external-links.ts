import PQueue from "p-queue";
import { isExternal, type Link } from "./links.js";

/** Milliseconds that a server may take, and how many are asked at once. */
const patience = 20_000;
const atOnce = 8;

/** What became of an address. Servers that refuse programs are no proof that a reader finds nothing. */
export interface Answer {
  address: string;
  state: "there" | "gone" | "unclear";
  why: string;
  /** Who leads there. */
  from: string[];
}

/**
 * Asks every address that links lead to whether it is still there, each once.
 *
 * @param ask is `fetch`, or a stand-in
 */
export async function askExternal(links: Link[], ask: typeof fetch = fetch): Promise<Answer[]> {
  const places = new Map<string, string[]>();
  for (const link of links.filter(isExternal)) {
    if (!/^https?:/i.test(link.target)) continue;
    const address = link.target.replace(/#.*$/, "");
    const known = places.get(address) ?? [];
    places.set(address, [...new Set([...known, link.where])]);
  }
  const queue = new PQueue({ concurrency: atOnce });
  const work = [...places].map(([address, from]) => async () => {
    return { address, from, ...(await stateOf(address, ask)) };
  });
  return queue.addAll(work);
}

async function stateOf(address: string, ask: typeof fetch): Promise<Pick<Answer, "state" | "why">> {
  let why = "";
  // Some servers answer HEAD with an error, so it is believed only when all is well.
  for (const method of ["HEAD", "GET"]) {
    try {
      const { ok, status, body } = await ask(address, {
        method,
        headers: { "user-agent": "Mozilla/5.0 (link check)", accept: "text/html,*/*" },
        signal: AbortSignal.timeout(patience),
      });
      void body?.cancel();
      if (ok) return { state: "there", why: `${status}` };
      why = `it answers ${status}`;
      if (method === "GET") return { state: isGone(status) ? "gone" : "unclear", why };
    } catch (error) {
      const { cause, message } = error as Error & { cause?: { code?: string } };
      why = cause?.code ?? message;
    }
  }
  return { state: why === "ENOTFOUND" ? "gone" : "unclear", why };
}

const isGone = (status: number): boolean => status === 404 || status === 410;
