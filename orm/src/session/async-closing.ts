/**
 * `[Symbol.asyncDispose]`, by which `await using session = new Session(engine)` closes it, where the TypeScript
 * that reads this knows the symbol. Written out, it would be an error in TypeScript 5.0, which does not.
 */
export type AsyncClosing = SymbolConstructor extends {
  readonly asyncDispose: infer Dispose extends symbol;
}
  ? { readonly [K in Dispose]: () => Promise<void> }
  : object;

/** What closes itself at the end of an `await using` block. */
export const AsyncClosing = Object as unknown as new () => AsyncClosing;

/** Lets `await using` call `close`. */
export function closeOnDispose(target: object, close: () => Promise<void>): void {
  Object.defineProperty(target, Symbol.asyncDispose, { value: close });
}
