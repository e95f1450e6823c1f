import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { askExternal } from "../../src/weave/external-links.js";

const test = suite("weave: links that lead out");

test("each address is asked once, and what is gone is told apart from what is unclear", async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    // A server that knows no HEAD, as some do.
    const status = { "/there": 200, "/gone": 404, "/shy": 403, "/old": 200 }[request.url ?? ""];
    const refused = request.url === "/old" && request.method === "HEAD";
    response.writeHead(refused ? 405 : (status ?? 500)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const at = (path: string) => `http://127.0.0.1:${port}${path}`;
    const link = (target: string, where: string) => ({ target, where, page: "a.md" });
    const answers = await askExternal([
      link(at("/there"), "a.md"),
      link(at("/there#below"), "b.md"),
      link(at("/there"), "a.md"),
      link(at("/gone"), "a.md"),
      link(at("/shy"), "a.md"),
      link(at("/old"), "a.md"),
      link("mailto:a@example.org", "a.md"),
      link("b.md", "a.md"),
    ]);
    assert.equal(
      answers.map(({ address, state, why }) => [address, state, why]),
      [
        [at("/there"), "there", "200"],
        [at("/gone"), "gone", "it answers 404"],
        [at("/shy"), "unclear", "it answers 403"],
        [at("/old"), "there", "200"],
      ],
    );
    assert.equal(answers[0]?.from, ["a.md", "b.md"]);
    assert.equal(
      asked.filter((one) => one.endsWith("/there")),
      ["HEAD /there"],
    );
  } finally {
    server.close();
  }
});

test("a server that cannot be reached is unclear, a host that is not there is gone", async () => {
  const fail = (code: string) => async () => {
    throw Object.assign(new TypeError("fetch failed"), { cause: { code } });
  };
  const links = [{ target: "https://example.org/x", where: "a.md", page: "a.md" }];
  const [refused] = await askExternal(links, fail("ECONNREFUSED"));
  assert.is(refused?.state, "unclear");
  const [unknown] = await askExternal(links, fail("ENOTFOUND"));
  assert.is(unknown?.state, "gone");
});

test.run();
