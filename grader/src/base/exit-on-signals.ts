/**
 * Ends the process when somebody interrupts it. Without this a signal ends Node at once, and nothing that is
 * done at "exit" happens: stopping what runs, removing what is half made, freeing locks.
 */
export function exitOnSignals(): void {
  const interrupt = () => process.exit(130);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, interrupt);
}
