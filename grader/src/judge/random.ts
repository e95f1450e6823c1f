/** Letters that words are made of: consonant, vowel, consonant, vowel, so that they can be read. */
const consonants = "bcdfghjklmnprstvz";
const vowels = "aeiou";

/**
 * Random values that can be had again: the same seed gives the same values in the same order.
 * The generator is Mulberry32 (Tommy Ettinger, public domain); good for test data, not for secrets.
 */
export class Random {
  readonly seed: number;
  #state: number;

  /** @param seed a whole number; its low 32 bits count. @param stream keeps two users of one seed apart. */
  constructor(seed: number, stream = "") {
    this.seed = seed;
    this.#state = (seed ^ hash(stream)) >>> 0;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#next() * (max - min + 1));
  }

  /** One member of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Random.pick needs a list that is not empty.");
    return list[this.integer(0, list.length - 1)] as T;
  }

  /** A word of lower-case letters, three syllables unless told: "nobare". */
  word(syllables = 3): string {
    let word = "";
    for (let i = 0; i < syllables; i++) {
      word += this.pick([...consonants]) + this.pick([...vowels]);
    }
    return word;
  }

  /** A shuffled copy of the list (Fisher and Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.integer(0, i);
      const held = copy[i] as T;
      copy[i] = copy[j] as T;
      copy[j] = held;
    }
    return copy;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}

/** FNV-1a over the string's UTF-16 code units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}
