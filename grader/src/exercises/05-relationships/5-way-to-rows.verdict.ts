import type { Exercise, Json, Random } from "../../judge/exercise.js";

const says = "says which columns equal which";
const one = "makes one key of one column";
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
      name: "makes one key of several columns",
      points: 2,
      hidden: true,
      needs: one,
      feedback:
        "All parts count, and where one ends and the next begins: (1, 23) is not (12, 3), and a text may hold any character. With a part that is not known there is no key, undefined; with one that is null and none of those, it is null.",
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
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
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
        assert.equal(observation, secret);
      },
    },
    {
      name: "folds the keys once, and only when one is missed",
      points: 1,
      hidden: true,
      needs: "finds what only the database takes for equal",
      feedback:
        "As long as every key is found as it is, nothing is folded, nor in an empty map. When one is missed, all keys of the map are folded once, and kept in folded for the next time.",
      async arrange({ random }) {
        return { input: words(random, 20) };
      },
      judge({ observation, input, assert }) {
        const { length } = input as string[];
        assert.equal(observation, { known: 0, empty: 0, found: length, folded: 2 * length });
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
        assert.equal([...(observation as string[])].sort(), [...(secret as string[])].sort());
      },
    },
  ],
};

export default exercise;
