import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** The twin of base/failure.ts for what happens before that is compiled. */
export class Failure extends Error {
  name = "Failure";

  constructor(what, { why, remedy, cause } = {}) {
    super(what, cause === undefined ? undefined : { cause });
    this.why = why;
    this.remedy = remedy;
  }
}

/**
 * Prints an error for a person: a Failure as what, why and what to do; anything else in one line,
 * with its trace in a file.
 */
export function printError(error, write = (text) => process.stderr.write(text)) {
  // Failures of several steps that ran at the same time.
  if (error instanceof AggregateError && error.errors.every((one) => one?.name === "Failure")) {
    for (const one of error.errors) printError(one, write);
    return;
  }
  if (error?.name === "Failure") {
    write(`\n✖ ${error.message}\n${part("Why", error.why)}${part("What to do", error.remedy)}`);
    return;
  }
  const explained = explain(String(error?.message ?? error));
  const message = String(error?.message ?? error).split("\n")[0];
  const log = writeLog(error);
  if (explained) {
    write(`\n✖ The command could not go on: ${message}\n`);
    write(`${part("Why", explained.why)}${part("What to do", explained.remedy)}`);
  } else {
    write(`\n✖ ${message}\n  This is a mistake in the course, not in your work.\n`);
  }
  write(
    log ? `  The details are in ${log}\n` : "  The details could not be written to .course/logs.\n",
  );
}

function part(label, text) {
  return text ? `  ${label}: ${text.replace(/\n/g, "\n    ")}\n` : "";
}

/** Keeps the trace of an error in .course/logs, of which the newest twenty stay. */
function writeLog(error) {
  const folder = join(root, ".course", "logs");
  const name = `error-${new Date().toISOString().replace(/[:.]/g, "-")}.log`;
  try {
    mkdirSync(folder, { recursive: true });
    const traces = [];
    for (let one = error; one; one = one.cause) traces.push(one.stack ?? String(one));
    const head = `${process.argv.join(" ")}\nNode.js ${process.version}, ${process.platform}\n\n`;
    writeFileSync(join(folder, name), `${head}${traces.join("\ncaused by ")}\n`);
    const old = readdirSync(folder).filter((file) => file.startsWith("error-"));
    for (const file of old.sort().slice(0, -20)) rmSync(join(folder, file), { force: true });
    return `.course/logs/${name}`;
  } catch {
    return undefined;
  }
}

const diskFull = /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded|Errno 28/i;
const noNetwork = new RegExp(
  [
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH",
    "ERR_SOCKET_TIMEOUT|NewConnectionError|ConnectTimeoutError|NameResolutionError",
    "Failed to establish a new connection|Temporary failure in name resolution|ProxyError",
    "Name or service not known|Temporary failure resolving|Could not resolve|Max retries exceeded",
    // All that pip says when it may not try again.
    "from versions: none",
    "Network is unreachable|Cannot connect to proxy|tunneling socket could not be established",
  ].join("|"),
  "i",
);
const badCertificate =
  /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERTIFICATE_VERIFY_FAILED|CERT_HAS_EXPIRED/i;
const notAllowed = /\b(EACCES|EPERM|EROFS)\b|Permission denied|Read-only file system/i;

/**
 * Recognises in what a tool printed the causes that a person can do something about.
 *
 * @param output what npm, pip, apt or Node said
 * @returns why it happened and what to do, or undefined when it is none of the known causes
 */
export function explain(output, env = process.env) {
  if (diskFull.test(output)) {
    return {
      why: `the disk is full: the course and what it installs need about 2 GB below ${root}, and some in the temporary folder.`,
      remedy: "free some space, then run the same command again; what was half made is made anew.",
    };
  }
  if (badCertificate.test(output)) {
    return {
      why: "the server's certificate was not accepted; a company's proxy often puts its own in the way.",
      remedy:
        "ask for that proxy's certificate and name its file in NODE_EXTRA_CA_CERTS (npm) and PIP_CERT (pip).",
    };
  }
  if (noNetwork.test(output)) return explainNetwork(output, env);
  if (notAllowed.test(output)) {
    return {
      why: `something may not be written: ${firstLine(output, notAllowed)}`,
      remedy: `make the folder ${root} yours (on Linux and macOS: sudo chown -R "$(id -u)" .), then run the same command again.`,
    };
  }
  return undefined;
}

function explainNetwork(output, env) {
  const host =
    /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)/.exec(output)?.[1] ??
    /host='([^']+)'/.exec(output)?.[1] ??
    /https?:\/\/([\w.:-]+)/.exec(output)?.[1];
  const proxies = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "npm_config_proxy"];
  const proxy = proxies.find((name) => env[name]);
  const through = proxy ? ` It was tried through the proxy that ${proxy} names.` : "";
  return {
    why: `${host ?? "the package registry"} could not be reached: no network, or something that blocks it.${through}`,
    remedy: proxy
      ? `check the network and whether ${proxy} names the right proxy, then run the same command again.`
      : "check the network, then run the same command again. Behind a proxy, set HTTPS_PROXY first.",
  };
}

/** The first line that matches, without npm's and pip's prefixes. */
function firstLine(output, pattern) {
  const line = output.split("\n").find((one) => pattern.test(one)) ?? "";
  return line.replace(/^(npm (ERR!|error)|ERROR:|E:)\s*/i, "").trim();
}
