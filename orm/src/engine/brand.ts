/**
 * Marks `target` as one of ormlet's own kinds; a prototype marks all objects of its class. The mark is a registered
 * symbol, so it holds between a class of the package and the same class pasted into a notebook, which `instanceof`
 * does not, and no JSON that comes from outside can carry it.
 */
export function brand(target: object, kind: string): void {
  Object.defineProperty(target, markOf(kind), { value: true });
}

/** The symbols by kind, as Symbol.for takes ten times as long as to find one here. */
const marks = new Map<string, symbol>();

function markOf(kind: string): symbol {
  const known = marks.get(kind);
  if (known !== undefined) return known;
  const mark = Symbol.for(`ormlet.${kind}`);
  marks.set(kind, mark);
  return mark;
}

/** Sets a property that `console.log` and JSON leave out. */
export function hide(target: object, property: string, value: unknown): void {
  Object.defineProperty(target, property, { value, enumerable: false });
}

/** Whether `value` was marked by {@link brand} as this kind. */
export function hasBrand(value: unknown, kind: string): boolean {
  return typeof value === "object" && value !== null && markOf(kind) in value;
}
