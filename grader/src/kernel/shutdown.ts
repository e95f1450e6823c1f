const key = Symbol.for("course.onShutdown");

type Hook = () => unknown;

/** The functions that the kernel awaits when it ends. Global: cells and kernel share it. */
function hooks(): Set<Hook> {
  const holder = globalThis as { [key]?: Set<Hook> };
  holder[key] ??= new Set();
  return holder[key];
}

/** Has the kernel (or the runner of notebooks) await the function before its process ends. */
export function onShutdown(hook: Hook): void {
  hooks().add(hook);
}

/** Takes back what `onShutdown` was told. */
export function offShutdown(hook: Hook): void {
  hooks().delete(hook);
}

/**
 * Runs all of them at once and waits for them, `limit` milliseconds at most. One that fails doesn't
 * keep the others from being run, nor the process from ending.
 */
export async function runShutdownHooks(limit = 2000): Promise<void> {
  const all = Promise.allSettled([...hooks()].map(async (hook) => hook()));
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise((resolve) => {
    timer = setTimeout(resolve, limit);
  });
  await Promise.race([all, enough]);
  clearTimeout(timer);
}
