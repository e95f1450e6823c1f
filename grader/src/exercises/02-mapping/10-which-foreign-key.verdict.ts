import type { Assert, Exercise, Json, Random } from "../../judge/exercise.js";

const pairs = "pairs the columns of a foreign key";
const leads = "finds the foreign keys that lead to a class";
const sides = "says on which side to look";
const holds = "finds the one that holds a relationship";

interface Names {
  from: string;
  to: string;
  page: string;
  twin: string;
  [name: string]: string;
}

/** Names of properties, in an order of the alphabet that says nothing. */
function namesOf(random: Random): Names {
  const found = new Set<string>();
  while (found.size < 4) found.add(random.word());
  const [from, to, page, twin] = [...found] as [string, string, string, string];
  return { from, to, page, twin };
}

/** What came of each question has to be what is expected; the first that is not is named. */
function each(assert: Assert, questions: string[], observation: Json, expected: Json[]): void {
  for (const [index, question] of questions.entries()) {
    const seen = (observation as Json[])[index];
    const said = `for ${question} your answer is ${JSON.stringify(seen)}`;
    assert.equal(seen, expected[index], `${said}, and not ${JSON.stringify(expected[index])}`);
  }
}

type Asked = { names: Names; ask: string[] };

const exercise: Exercise = {
  id: "2.10",
  tests: [
    {
      name: pairs,
      points: 3,
      feedback:
        "A foreign key has columns and references, in the same order. Each pair has the column of the one table and that of the other, as columnNamed finds them.",
      async arrange({ random }) {
        const names = namesOf(random);
        return {
          input: names,
          secret: [
            ["issue = issue", "on_page = number"],
            [`${names.from} = id`],
            [`${names.to} = id`],
          ],
        };
      },
      judge({ observation, secret, assert }) {
        const sorted = (lists: Json) => (lists as string[][]).map((list) => list.join()).sort();
        assert.equal(sorted(observation), sorted(secret));
      },
    },
    {
      name: leads,
      points: 3,
      needs: pairs,
      feedback:
        "The key's table is the parent's. Where properties are given, one or a list, the properties of the key's own columns must be just these, in this order.",
      async arrange({ random }) {
        const names = namesOf(random);
        const { from, to, page } = names;
        return {
          input: {
            names,
            ask: [
              ["Letter", "Person"],
              ["Letter", "Page"],
              ["Letter", "Badge"],
              ["Letter", "Person", to],
              ["Letter", "Person", [from]],
              ["Letter", "Person", [from, to]],
              ["Letter", "Page", ["issue", page]],
              ["Letter", "Page", [page, "issue"]],
              ["Letter", "Page", "on_page"],
              ["Letter", "Page", "issue"],
              ["Letter", "Page", page],
            ],
          },
          secret: [
            [from, to],
            ["issue,on_page"],
            [],
            [to],
            [from],
            [],
            ["issue,on_page"],
            [],
            [],
            [],
            [],
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        const { ask } = input as { ask: Json[][] };
        const questions = ask.map(
          ([table, parent, properties]) =>
            `the foreign keys of ${table} to ${parent}${properties ? `, with ${JSON.stringify(properties)}` : ""},`,
        );
        each(assert, questions, observation, secret as Json[]);
      },
    },
    {
      name: sides,
      points: 3,
      feedback:
        "manyToOne: own. oneToMany: target. oneToOne: own and target; within one class only own if the relationship names its foreign key, and only target if not.",
      async arrange({ random }) {
        const ask: [string, string[]][] = random.shuffle([
          ["Letter.sender", ["own"]],
          ["Person.sent", ["target"]],
          ["Person.badge", ["own", "target"]],
          ["Badge.owner", ["own", "target"]],
          ["Badge.copy", ["own"]],
          ["Badge.original", ["target"]],
          ["Badge.next", ["own"]],
          ["Badge.earlier", ["target"]],
        ]);
        return {
          input: { names: namesOf(random), ask: ask.map(([path]) => path) },
          secret: ask.map(([, side]) => side),
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, (input as Asked).ask, observation, secret as Json[]);
      },
    },
    {
      name: holds,
      points: 4,
      needs: leads,
      feedback:
        "The class with the foreign key is the child, whichever class declares the relationship. On the side target the child is the target's mapper.",
      async arrange({ random }) {
        const names = namesOf(random);
        return {
          input: { names, ask: ["Letter.page", "Page.letters", "Person.badge", "Badge.owner"] },
          secret: [
            "own: Letter to Page, issue = issue, on_page = number",
            "target: Letter to Page, issue = issue, on_page = number",
            `target: Badge to Person, ${names.from} = id`,
            `own: Badge to Person, ${names.from} = id`,
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, (input as Asked).ask, observation, secret as Json[]);
      },
    },
    {
      name: "refuses none, and several",
      points: 2,
      hidden: true,
      needs: holds,
      feedback:
        "Several foreign keys: throw what ambiguousKey makes. None: refuseMissing throws. An option that names another column than one of a foreign key finds none.",
      async arrange({ random }) {
        const names = namesOf(random);
        const { from, to, page } = names;
        const several = `several foreign keys lead there: ${from}; ${to}.`;
        const refused: [string, string][] = [
          ["Letter.anybody", `ambiguous-foreign-key: Letter.anybody: ${several}`],
          ["Person.all", `ambiguous-foreign-key: Person.all: ${several}`],
          [
            "Letter.wrong",
            `no-foreign-key: Letter.wrong: no foreign key leads from Letter to Person by ${page}.`,
          ],
          [
            "Letter.pageTurned",
            `no-foreign-key: Letter.pageTurned: no foreign key leads from Letter to Page by ${page}.`,
          ],
          [
            "Person.pages",
            "no-foreign-key: Person.pages: no foreign key leads from Page to Person.",
          ],
        ];
        return {
          input: { names, ask: refused.map(([path]) => path) },
          secret: refused.map(([, error]) => error),
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, (input as Asked).ask, observation, secret as Json[]);
      },
    },
    {
      name: "tells keys apart by their properties",
      points: 3,
      hidden: true,
      needs: holds,
      feedback:
        "options.foreignKey says which foreign key is meant, also where it stands in the target, and also in a class that is related to itself.",
      async arrange({ random }) {
        const names = namesOf(random);
        const { from, to, twin } = names;
        return {
          input: {
            names,
            ask: [
              "Letter.sender",
              "Person.sent",
              "Person.got",
              "Letter.pageAgain",
              "Badge.copy",
              "Badge.original",
              "Badge.next",
              "Badge.earlier",
            ],
          },
          secret: [
            `own: Letter to Person, ${from} = id`,
            `target: Letter to Person, ${from} = id`,
            `target: Letter to Person, ${to} = id`,
            "own: Letter to Page, issue = issue, on_page = number",
            `own: Badge to Badge, ${twin} = id`,
            `target: Badge to Badge, ${twin} = id`,
            `own: Badge to Badge, ${twin} = id`,
            `target: Badge to Badge, ${twin} = id`,
          ],
        };
      },
      judge({ observation, input, secret, assert }) {
        each(assert, (input as Asked).ask, observation, secret as Json[]);
      },
    },
    {
      name: "finds each only once",
      points: 1,
      hidden: true,
      needs: holds,
      feedback:
        "The second question should be given the very object of the first: that is what remembered(knownKeys, …) is for.",
      async arrange({ random }) {
        return { input: { names: namesOf(random), ask: ["Letter.page", "Person.sent"] } };
      },
      judge({ observation, input, assert }) {
        each(assert, (input as Asked).ask, observation, [true, true]);
      },
    },
    {
      name: "loads related objects from MySQL",
      points: 1,
      hidden: true,
      needs: holds,
      feedback:
        "With your functions in their place, a session should write the key of each related object into the right column.",
      async arrange({ random }) {
        return { input: namesOf(random) };
      },
      async judge({ observation, input, assert, sql }) {
        assert.is(observation, null);
        const { from, to } = input as Names;
        const rows = await sql(
          `SELECT one.name AS sender, two.name AS receiver FROM notes JOIN senders AS one ON one.id = notes.${from} JOIN senders AS two ON two.id = notes.${to}`,
        );
        assert.equal(
          rows.map(({ sender, receiver }) => `${sender} to ${receiver}`),
          ["Ada to Grace"],
        );
      },
    },
  ],
};

export default exercise;
