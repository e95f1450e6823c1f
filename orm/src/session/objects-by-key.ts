import type { IdentityKey } from "./identity-map.js";

/** How many places may be left empty between a key and the ones before it. */
const GAP = 8;
/** Places of one page, a power of two. */
const PAGE = 512;

/**
 * The objects of one class by key, with the methods of a Map. Most keys are whole numbers, and stand close together,
 * as the server counted them: an object with such a key has a place of its own, from the first one on. All others are
 * in a Map. To look for fifty thousand rows, and to put them in, takes a Map longer than to read them. The places are
 * in pages, as an array that grows is copied again and again.
 */
export class ObjectsByKey {
  /** Never gone, as that of RowBatches in `engine/mysql-stream.ts`. */
  static readonly kept = new ObjectsByKey();
  readonly pages: (object | undefined)[][];
  readonly others: Map<IdentityKey, object>;
  /** The key at the first place. */
  first: number;
  /** How many places there are, empty ones among them. */
  places: number;

  constructor() {
    this.pages = [];
    this.others = new Map();
    this.first = 0;
    this.places = 0;
  }

  get size(): number {
    return this.values().length;
  }

  get(key: IdentityKey): object | undefined {
    const place = typeof key === "number" ? key - this.first : -1;
    const object = place >= 0 && place < this.places ? this.at(place) : undefined;
    return object ?? (this.others.size === 0 ? undefined : this.others.get(key));
  }

  has(key: IdentityKey): boolean {
    return this.get(key) !== undefined;
  }

  set(key: IdentityKey, object: object): void {
    const { places, others } = this;
    if (places === 0 && Number.isSafeInteger(key)) this.first = key as number;
    const place = Number.isSafeInteger(key) ? (key as number) - this.first : -1;
    const isOther = place < 0 || place > places + GAP || (others.size > 0 && others.has(key));
    if (isOther) others.set(key, object);
    else this.put(place, object);
  }

  delete(key: IdentityKey): void {
    if (!this.has(key) || this.others.delete(key)) return;
    this.put((key as number) - this.first, undefined);
  }

  forEach(visit: (object: object) => void): void {
    for (const page of this.pages) {
      for (const object of page) if (object !== undefined) visit(object);
    }
    this.others.forEach(visit);
  }

  values(): object[] {
    const all: object[] = [];
    this.forEach((object) => {
      all.push(object);
    });
    return all;
  }

  at(place: number): object | undefined {
    return this.pages[Math.floor(place / PAGE)]?.[place % PAGE];
  }

  put(place: number, object: object | undefined): void {
    // Most classes have a few objects in a session: the first page grows as it is filled.
    while (this.pages.length * PAGE <= place) {
      this.pages.push(new Array(this.pages.length === 0 ? 0 : PAGE));
    }
    (this.pages[Math.floor(place / PAGE)] as (object | undefined)[])[place % PAGE] = object;
    this.places = Math.max(this.places, place + 1);
  }
}
