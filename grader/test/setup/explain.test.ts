import { suite } from "uvu";
import * as assert from "uvu/assert";
import { explain, printError } from "../../bootstrap/failure.mjs";
import { Failure } from "../../src/base/failure.js";

const test = suite("causes that a person can act on");

/** What the tools print, and a word that the explanation must have. */
const printed: [string, string, RegExp][] = [
  [
    "npm, no space",
    "npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write",
    /disk is full/,
  ],
  [
    "pip, no space",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    /disk is full/,
  ],
  [
    "npm, no name",
    "npm error code ENOTFOUND\nnpm error network request to https://registry.example/x failed, reason: getaddrinfo ENOTFOUND registry.example",
    /registry\.example could not be reached/,
  ],
  [
    "npm, no answer",
    "npm error code ECONNREFUSED\nnpm error FetchError: request to http://127.0.0.1:9/uvu failed, reason: connect ECONNREFUSED 127.0.0.1:9",
    /127\.0\.0\.1:9 could not be reached/,
  ],
  [
    "npm, names do not resolve",
    "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo EAI_AGAIN packages.example",
    /packages\.example could not be reached/,
  ],
  [
    "pip, refused",
    "HTTPConnectionPool(host='index.example', port=80): Max retries exceeded with url: /simple/ (Caused by NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))",
    /index\.example could not be reached/,
  ],
  [
    "pip, without a word on the network",
    "Looking in indexes: https://index.example/simple\nERROR: Could not find a version that satisfies the requirement jupyterlab==4.6.6 (from versions: none)",
    /index\.example could not be reached/,
  ],
  [
    "apt, no name",
    "W: Failed to fetch http://mirror.example/debian Temporary failure resolving 'mirror.example'",
    /mirror\.example could not be reached/,
  ],
  ["npm, certificate", "npm error code SELF_SIGNED_CERT_IN_CHAIN", /certificate was not accepted/],
  [
    "npm, not allowed",
    "npm error code EACCES\nnpm error Error: EACCES: permission denied, mkdir '/course/node_modules'",
    /may not be written/,
  ],
];

for (const [name, output, expected] of printed) {
  test(name, () => {
    const found = explain(output, {});
    assert.match(found?.why ?? "nothing", expected);
    assert.ok((found?.remedy ?? "").length > 20);
  });
}

test("a proxy that is set is named, its address is not", () => {
  const env = { HTTPS_PROXY: "http://user:secret@proxy.example:3128" };
  const found = explain("npm error code ECONNREFUSED", env);
  assert.match(found?.why ?? "", /HTTPS_PROXY/);
  assert.not.match(`${found?.why} ${found?.remedy}`, /secret/);
});

test("anything else is not explained", () => {
  assert.is(
    explain("error TS2322: Type 'string' is not assignable to type 'number'.", {}),
    undefined,
  );
});

test("a Failure is printed as what, why and what to do, without a trace", () => {
  let text = "";
  const failure = new Failure("The lamp is dark.", { why: "no oil.", remedy: "fill it." });
  printError(failure, (part) => {
    text += part;
  });
  assert.is(text, "\n✖ The lamp is dark.\n  Why: no oil.\n  What to do: fill it.\n");
});

test("of two failures at the same time both are printed", () => {
  let text = "";
  const both = new AggregateError([new Failure("First."), new Failure("Second.")]);
  printError(both, (part) => {
    text += part;
  });
  assert.is(text, "\n✖ First.\n\n✖ Second.\n");
});

test.run();
