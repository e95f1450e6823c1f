import type { IdentityKey } from "./identity-map.js";

/** How many places may be left empty between a key and the ones before it. */
const GAP = 8;

/**
 * The objects of one class by key, with the methods of a Map. Most keys are whole numbers, and stand close together,
 * as the server counted them: an object with such a key has its place in an array, from the first one on. All others
 * are in a Map. To look for fifty thousand rows, and to put them in, takes a Map longer than to read them.
 */
export class ObjectsByKey {
  readonly near: (object | undefined)[];
  readonly others: Map<IdentityKey, object>;
  /** The key at the first place. */
  first: number;

  constructor() {
    this.near = [];
    this.others = new Map();
    this.first = 0;
  }

  get size(): number {
    return this.values().length;
  }

  get(key: IdentityKey): object | undefined {
    const place = typeof key === "number" ? key - this.first : -1;
    const object = place >= 0 && place < this.near.length ? this.near[place] : undefined;
    return object ?? (this.others.size === 0 ? undefined : this.others.get(key));
  }

  has(key: IdentityKey): boolean {
    return this.get(key) !== undefined;
  }

  set(key: IdentityKey, object: object): void {
    const { near, others } = this;
    if (near.length === 0 && Number.isSafeInteger(key)) this.first = key as number;
    const place = Number.isSafeInteger(key) ? (key as number) - this.first : -1;
    if (place < 0 || place > near.length + GAP || others.has(key)) others.set(key, object);
    else {
      while (near.length < place) near.push(undefined);
      near[place] = object;
    }
  }

  delete(key: IdentityKey): void {
    if (!this.has(key) || this.others.delete(key)) return;
    this.near[(key as number) - this.first] = undefined;
  }

  forEach(visit: (object: object) => void): void {
    for (const object of this.near) if (object !== undefined) visit(object);
    this.others.forEach(visit);
  }

  values(): object[] {
    const all: object[] = [];
    this.forEach((object) => {
      all.push(object);
    });
    return all;
  }
}
