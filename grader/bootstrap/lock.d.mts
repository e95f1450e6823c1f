export function withLock<T>(
  name: string,
  work: () => Promise<T>,
  options?: { waiting?: (pid: number) => void },
): Promise<T>;
export function isAlive(pid: number): boolean;
