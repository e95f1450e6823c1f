import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { serverUrl } from "../support.js";

/** What the proxy does when the client sends a packet with this text in it. */
export interface Fault {
  text: string;
  /** Cut: before the server saw it, or after, so that the server's answer is lost. Stall: say nothing more. */
  how: "cut before" | "cut after" | "stall";
}

export interface FaultyProxy {
  /** The URL of a database, by way of the proxy. */
  url(database: string, query?: string): string;
  /** Set it, and the next packet that matches sets it off, once. */
  fault: Fault | undefined;
  /** Refuses new connections as a server that is down does. */
  down: boolean;
  /** Cuts every connection that is open. */
  cutAll(): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of the server of the tests, to lose a connection at a moment of one's choice. */
export async function startProxy(): Promise<FaultyProxy> {
  const target = serverUrl();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.down) return void client.destroy();
    const upstream = dial(Number(target.port || 3306), target.hostname);
    join(client, upstream);
  });

  function join(client: Socket, upstream: Socket): void {
    const cut = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", cut).on("close", () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on("data", (data) => {
      const { fault } = proxy;
      if (fault === undefined || !data.includes(fault.text)) return void upstream.write(data);
      proxy.fault = undefined;
      if (fault.how === "cut before") return cut();
      if (fault.how === "cut after") upstream.write(data);
      upstream.removeAllListeners("data");
      if (fault.how === "cut after") upstream.once("data", cut);
    });
    upstream.on("data", (data) => client.write(data));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultyProxy = {
    url(database, query = "") {
      const url = new URL(target.href);
      url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      url.pathname = `/${database}`;
      return url.href + query;
    },
    fault: undefined,
    down: false,
    cutAll: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      proxy.cutAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
