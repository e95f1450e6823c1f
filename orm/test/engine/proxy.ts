import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { serverUrl } from "../support.js";

/** What the proxy does when the client sends a packet with this text in it. */
export interface Fault {
  text: string;
  /** Cut: before the server saw it, or after, so that the server's answer is lost. Stall: say nothing more. */
  how: "cut before" | "cut after" | "stall" | "stall after";
  /** What happens meanwhile; a cut waits for it. */
  meanwhile?: () => unknown;
}

export interface FaultyProxy {
  /** The server behind it, and its account; can be changed while it runs. */
  target: URL;
  /** The URL of a database, by way of the proxy. */
  url(database: string, query?: string): string;
  /** Set it, and the next packet that matches sets it off, once. */
  fault: Fault | undefined;
  /** Asked for each packet of a client while no fault is set: for faults at random. */
  chance: (() => Fault["how"] | undefined) | undefined;
  /** Milliseconds after which a stalled connection is cut, as a firewall would that has forgotten it. */
  patience: number | undefined;
  /** Refuses new connections as a server that is down does. */
  down: boolean;
  /** Cuts every connection that is open. */
  cutAll(): void;
  close(): Promise<void>;
}

/** A TCP proxy in front of the server of the tests, to lose a connection at a moment of one's choice. */
export async function startProxy(target = serverUrl()): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    if (proxy.down) return void client.destroy();
    join(client, dial(Number(proxy.target.port || 3306), proxy.target.hostname));
  });

  /** The fault that a packet sets off. */
  function faultOf(data: Buffer): Fault | undefined {
    const { fault } = proxy;
    if (fault !== undefined && data.includes(fault.text)) {
      proxy.fault = undefined;
      return fault;
    }
    const how = fault === undefined ? proxy.chance?.() : undefined;
    return how && { text: "", how };
  }

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
      const fault = faultOf(data);
      if (fault === undefined) return void upstream.write(data);
      // From now on nothing passes, in either direction.
      client.removeAllListeners("data").resume();
      upstream.removeAllListeners("data").resume();
      const seen = fault.how.endsWith("after");
      if (seen) upstream.write(data);
      const cutLater = async () => {
        await fault.meanwhile?.();
        if (fault.how.startsWith("cut")) cut();
        else if (proxy.patience !== undefined) setTimeout(cut, proxy.patience);
      };
      if (!seen) return void cutLater();
      // Some packets have no answer.
      const limit = setTimeout(cutLater, 1000);
      upstream.once("data", () => {
        clearTimeout(limit);
        void cutLater();
      });
    });
    upstream.on("data", (data) => client.write(data));
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: FaultyProxy = {
    target,
    url(database, query = "") {
      const url = new URL(proxy.target.href);
      url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      url.pathname = `/${database}`;
      return url.href + query;
    },
    fault: undefined,
    chance: undefined,
    patience: undefined,
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
