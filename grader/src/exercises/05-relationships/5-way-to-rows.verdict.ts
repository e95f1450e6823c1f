import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";
import { differences } from "../differences.js";

const says = "says which columns equal which";
const one = "makes one key of one column";
const severalKeys = "makes one key of several columns";
const finds = "finds what the key says";

/** Some of these ways, in another order; the secret is what each should be. */
function waysOf(random: Random, ways: Record<string, string>) {
  const paths = random.shuffle(Object.keys(ways));
  return { input: paths, secret: paths.map((path) => `${path}: ${ways[path]}`) };
}

/** So many different words. */
function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

const capital = (word: string) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
/** With accents on the vowels. */
const accented = (word: string) =>
  word.replace(/[aeiou]/g, (vowel) => `${vowel}\u0301`).normalize();

const long = (number: number | bigint): Json => ({ bigint: String(number) });

/** Tables of another program, for which Verne is VERNE. ormlet's own compare texts exactly. */
const otherProgram = [
  `writers (name VARCHAR(50) PRIMARY KEY)`,
  `novels (id INT PRIMARY KEY, writer VARCHAR(50) NOT NULL, FOREIGN KEY (writer) REFERENCES writers (name))`,
  `labels (id INT PRIMARY KEY)`,
  `writer_tags (tag_id INT, writer VARCHAR(50), PRIMARY KEY (tag_id, writer),
     FOREIGN KEY (tag_id) REFERENCES labels (id), FOREIGN KEY (writer) REFERENCES writers (name))`,
].map((table) => `CREATE TABLE ${table} COLLATE utf8mb4_0900_ai_ci`);

type Keys = { columns: string[]; rows: Json[][] };

/** For a hidden test: names the first rows whose keys are the same and should not be, or the other way round. */
function compareKeys(assert: Assert, observation: Json, input: Json, secret: Json): void {
  const [{ rows }] = input as [Keys];
  const [seen] = observation as [string[]];
  const [wanted] = secret as [string[]];
  const groupOf = (groups: readonly string[], place: number) =>
    groups.find((group) => group.split(": ")[1]?.split(",").includes(String(place))) ?? "";
  const told = (row: Json[] | undefined) => `(${(row ?? []).map(asText).join(", ")})`;
  for (const [place, row] of rows.entries()) {
    const [should = ""] = groupOf(wanted, place).split(": ");
    const [is] = groupOf(seen, place).split(": ");
    assert.ok(is === should, `The key of ${told(row)} should be: ${should}. It is: ${is}.`);
    for (let other = 0; other < place; other += 1) {
      const same = (groups: readonly string[]) => groupOf(groups, other) === groupOf(groups, place);
      const words = same(wanted) ? "should have the same key" : "are two keys, and got the same";
      assert.ok(same(seen) === same(wanted), `${told(rows[other])} and ${told(row)} ${words}.`);
    }
  }
}

/** A part of a key as a program would write it; what is not known has no value. */
function asText(part: Json): string {
  if (typeof part !== "object" || part === null) return JSON.stringify(part);
  return "bigint" in part ? `${part.bigint}n` : "undefined";
}

const exercise: Exercise = {
  id: "5.5",
  tests: [
    {
      name: says,
      points: 2,
      feedback:
        "near are the columns of the class that has the relationship, far those of the class that it leads to. Which of a foreign key's two columns is which, depends on the side.",
      async arrange({ random }) {
        return waysOf(random, {
          "Author.books": "id = author_id of Book, to Book, false",
          "Book.author": "author_id = id of Author, to Author, false",
          "Author.portrait": "id = author_id of Portrait, to Portrait, false",
          "Portrait.author": "author_id = id of Author, to Author, false",
        });
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "goes by the table between, where there is one",
      points: 2,
      needs: says,
      feedback:
        "With a table between, near are the columns of this class that it points at, and far are its own columns that do so; hasLink is true. The target is still the related class.",
      async arrange({ random }) {
        return waysOf(random, {
          "Book.tags": "id = book_id of link, to Tag, true",
          "Tag.books": "name = tag_name of link, to Book, true",
        });
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: one,
      points: 2,
      feedback:
        "The key of one column is what keyPart gives: equal numbers, texts, times and bytes are the same key, null stays null, and what is not known is undefined.",
      async arrange({ random }) {
        const time = Date.UTC(2024, 0, 1) + random.integer(0, 10 ** 9);
        const rows = [[{ time }], [{ time: time + 1 }], [{ time }], [null], [{}], [null]];
        const number = random.integer(1, 999);
        const cards = [[long(number)], [long(number + 1)], [long(number)]];
        return {
          input: [
            { columns: ["at"], rows },
            { columns: ["card"], rows: cards },
          ],
          secret: [
            ["string: 0,2", "string: 1", "null: 3,5", "undefined: 4"],
            ["bigint: 0,2", "bigint: 1"],
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: finds,
      points: 2,
      feedback: "find gives what stands under the key itself, and undefined where nothing fits.",
      async arrange({ random }) {
        const [first, second, third, nobody] = words(random, 4) as [string, string, string, string];
        const number = random.integer(1, 999);
        return {
          input: {
            entries: [
              [first, "first"],
              [second, "second"],
              // The same when folded: the key itself counts.
              [capital(third), "capital"],
              [third, "small"],
              [number, "number"],
            ],
            asked: [second, first, capital(third), third, nobody, number, number + 1],
          },
          secret: ["second", "first", "capital", "small", "nothing", "number", "nothing"],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "finds what only the database takes for equal",
      points: 2,
      needs: finds,
      feedback:
        "A key that is not there is folded, and looked for among the folded keys of the map: capitals, accents and spaces at the end don't count then, and 7 is 7n.",
      async arrange({ random }) {
        const [first, second] = words(random, 2) as [string, string];
        const number = random.integer(1, 999);
        return {
          input: {
            entries: [
              [capital(first), "first"],
              [accented(second), "second"],
              [number, "number"],
            ],
            asked: [
              first,
              first.toUpperCase(),
              `${first}  `,
              second,
              capital(second),
              ` ${second}`,
              long(number),
              String(number + 1),
            ],
          },
          secret: [
            ...["first", "first", "first", "second", "second"],
            ...["nothing", "number", "nothing"],
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: severalKeys,
      points: 1,
      hidden: true,
      needs: one,
      feedback:
        "All parts count, and where one ends and the next begins: (1, 23) is not (12, 3), and a text may hold any character.",
      async arrange({ random }) {
        const [a, b, c] = words(random, 3) as [string, string, string];
        const marks = [",", "|", "-", ":", " ", "\t", "\u0000", '"', "\\", '","', '", "', "','"];
        const apart = marks.flatMap((mark): Json[][] => [
          [`${a}${mark}${b}`, c],
          [a, `${b}${mark}${c}`],
        ]);
        const rows: Json[][] = [
          ...apart,
          ...[[a, `${b}${c}`] as Json[], [`${a}${b}`, c], ["null", c], [c, ""], ["", c]],
          ...[[a, null] as Json[], [null, c], [null, {}], [{}, c], [{}, null]],
          ...apart.slice(0, 1),
        ];
        const { length } = apart;
        const groups = apart.map(
          (_, place) => `string: ${place}${place === 0 ? `,${length + 10}` : ""}`,
        );
        for (let place = length; place < length + 5; place += 1) groups.push(`string: ${place}`);
        groups.push(`null: ${length + 5},${length + 6}`);
        groups.push(`undefined: ${length + 7},${length + 8},${length + 9}`);
        return { input: [{ columns: ["note", "word"], rows }], secret: [groups] };
      },
      judge({ observation, input, secret, assert }) {
        compareKeys(assert, observation, input, secret);
      },
    },
    {
      name: "makes one key of several columns, with a bigint among them",
      points: 1,
      hidden: true,
      needs: one,
      feedback:
        "A key has a bigint and a text. JSON.stringify throws for a bigint, so each part has to be made a text before.",
      async arrange({ random }) {
        const [word, other] = words(random, 2) as [string, string];
        const number = 2n ** 53n + BigInt(random.integer(1, 999));
        const rows = [
          [long(number), word],
          [long(number + 1n), word],
          [long(number), other],
          [long(number), word],
          [null, word],
        ];
        const secret = [["string: 0,3", "string: 1", "string: 2", "null: 4"]];
        return { input: [{ columns: ["card", "word"], rows }], secret };
      },
      judge({ observation, input, secret, assert }) {
        compareKeys(assert, observation, input, secret);
      },
    },
    {
      name: "knows keys of several columns, and a table that leads to itself",
      points: 1,
      hidden: true,
      needs: says,
      feedback:
        "near and far hold a column for each one of the key, in the same order. And where a class is related to itself, only the side of the foreign key says which column is near.",
      async arrange({ random }) {
        return waysOf(random, {
          "Shelf.items": "room,number = room,place of Item, to Item, false",
          "Item.shelf": "room,place = room,number of Shelf, to Shelf, false",
          "Shelf.tags": "room,number = shelf_room,shelf_number of link, to Tag, true",
          "Book.parts": "id = whole_id of Book, to Book, false",
          "Book.whole": "whole_id = id of Book, to Book, false",
          "Author.fans": "id = author_id of link, to Author, true",
          "Author.idols": "id = fan_id of link, to Author, true",
        });
      },
      judge({ observation, secret, assert }) {
        const wrong = (observation as string[]).find((way) => !(secret as string[]).includes(way));
        assert.ok(wrong === undefined, `This way (near = far) is not right: ${wrong}.`);
        assert.equal(observation, secret);
      },
    },
    {
      name: "folds the keys once, and only when one is missed",
      points: 1,
      hidden: true,
      needs: "finds what only the database takes for equal",
      feedback:
        "Folding costs time. The folded keys are made when a key is missed, once, and kept in folded for the next time.",
      async arrange({ random }) {
        return { input: words(random, 20) };
      },
      judge({ observation, input, assert }) {
        const { length } = input as string[];
        const { known, empty, folded } = observation as Record<string, number>;
        const asked = `${length} keys were asked for that are in the map as they are`;
        assert.ok(known === 0, `${asked}, and ${known} texts were folded.`);
        assert.ok(empty === 0, `An empty map was asked for a key, and ${empty} texts were folded.`);
        const missed = `${length} keys were missed in a map of ${length}. So ${2 * length} texts have to be folded: each in the map, once, and each that was asked for.`;
        assert.ok(folded === 2 * length, `${missed} There were ${folded}.`);
      },
    },
    {
      name: "loads related rows from MySQL by such keys",
      points: 1,
      hidden: true,
      needs: says,
      feedback:
        "With your functions in their place, selectinload should give each author the books and the tags that MySQL's foreign keys say, though a name may be written otherwise there.",
      async arrange({ random, sql }) {
        for (const table of otherProgram) await sql(table);
        const names = words(random, 3).map(capital);
        const written = [capital, accented, (word: string) => word.toUpperCase()];
        const spell = (name: string) => random.pick(written)(name.toLowerCase());
        const owners = Array.from({ length: 8 }, () => random.integer(0, 2));
        const tagged = Array.from({ length: 5 }, () => random.integer(0, 2));
        const of = (list: number[], place: number) =>
          list.flatMap((owner, id) => (owner === place ? [id + 1] : []));
        const input = {
          names,
          books: owners.map((owner) => spell(names[owner] as string)),
          tags: tagged.map((owner) => spell(names[owner] as string)),
        };
        const secret = names.map(
          (name, place) => `${name}: ${of(owners, place)}; ${of(tagged, place)}`,
        );
        return { input, secret };
      },
      judge({ observation, secret, assert }) {
        const found = differences(observation as string[], secret as string[]);
        assert.ok(
          found === "",
          `Of each author the keys of the books; those of the tags. ${found}`,
        );
      },
    },
  ],
};

export default exercise;
