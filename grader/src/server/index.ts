export { type EnsureOptions, ensureServer } from "./ensure.js";
export { type Lease, leaseDatabase, sweep } from "./lease.js";
export { probeWays, type WayFound } from "./probe.js";
export { killServer, runningServer, type Server, stopServer } from "./servers.js";
