/**
 * Marks `target` as one of ormlet's own kinds. The mark is a registered symbol, so it holds between a
 * class of the package and the same class pasted into a notebook, which `instanceof` does not, and no
 * JSON that comes from outside can carry it.
 */
export function brand(target: object, kind: string): void {
  Object.defineProperty(target, Symbol.for(`ormlet.${kind}`), { value: true });
}

/** Sets a property that `console.log` and JSON leave out. */
export function hide(target: object, property: string, value: unknown): void {
  Object.defineProperty(target, property, { value, enumerable: false });
}

/** Whether `value` was marked by {@link brand} as this kind. */
export function hasBrand(value: unknown, kind: string): boolean {
  return typeof value === "object" && value !== null && Symbol.for(`ormlet.${kind}`) in value;
}
