import type { Exercise, Json, JudgeContext } from "../../judge/exercise.js";

type Outcome = { parsed?: Json; thrown?: string; code?: Json; message?: string };

const whole = "takes a whole URL apart";

/** What the answer made of a URL, for the message of a test that shows no values. */
function said(outcome: Outcome | undefined): string {
  if (outcome?.thrown === undefined)
    return `gave ${JSON.stringify(outcome?.parsed)?.slice(0, 300)}`;
  return `threw ${outcome.thrown} with the code ${outcome.code}`;
}

/**
 * Each observation has to be the parsed URL that is expected; absent parts are left out of both. The first that is
 * not is named.
 */
function parsedAs({ observation, input, secret, assert }: JudgeContext): void {
  const outcomes = (Array.isArray(observation) ? observation : [observation]) as Outcome[];
  for (const [index, parsed] of (secret as Json[]).entries()) {
    const outcome = outcomes[index];
    const url = (input as string[])[index];
    const wanted = JSON.stringify(parsed);
    assert.equal(outcome, { parsed }, `${url}\nyour parseUrl ${said(outcome)}\nand not ${wanted}`);
  }
}

const exercise: Exercise = {
  id: "1.3",
  tests: [
    {
      name: whole,
      points: 3,
      feedback: "Each named part of the pattern belongs into one property of the result.",
      async arrange({ random }) {
        const [user, password, host, database] = Array.from({ length: 4 }, () => random.word());
        const port = random.integer(1024, 65535);
        return {
          input: [`mysql://${user}:${password}@${host}.example:${port}/${database}`],
          secret: [{ dialect: "mysql", user, password, host: `${host}.example`, port, database }],
        } as { input: Json; secret: Json };
      },
      judge: parsedAs,
    },
    {
      name: "fills in what is absent",
      points: 3,
      needs: whole,
      feedback:
        "Without a port it is the database's own (3306, 5432). An empty host is localhost. An empty user or database is undefined, an empty password is an empty text.",
      async arrange({ random }) {
        const [user, host, database] = [random.word(), random.word(), random.word()];
        const mysql = { dialect: "mysql", port: 3306 };
        return {
          input: [
            `mysql://${host}/${database}`,
            `mysql:///${database}`,
            `postgresql://${user}@${host}`,
            `mysql://${user}:@${host}/`,
            `mysql+mysql2://:@${host}:/${database}`,
          ],
          secret: [
            { ...mysql, host, database },
            { ...mysql, host: "localhost", database },
            { dialect: "postgresql", port: 5432, user, host },
            { ...mysql, user, password: "", host },
            { ...mysql, password: "", host, database },
          ],
        };
      },
      judge: parsedAs,
    },
    {
      name: "decodes each part after it was cut",
      points: 2,
      hidden: true,
      needs: whole,
      feedback:
        "An encoded @, : or / in a user or password is part of it, not its end. An IPv6 host stands in brackets.",
      async arrange({ random }) {
        const names = ["@", ":", "/", "?", "%", "ß"].map((mark) => random.word() + mark);
        const [user, password, database] = random.shuffle(names) as [string, string, string];
        const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
        return {
          input: [
            `mysql://${login}@[::1]:65535/${encodeURIComponent(database)}`,
            `mysql://${encodeURIComponent(names.join(""))}@db`,
          ],
          secret: [
            { dialect: "mysql", user, password, host: "::1", port: 65535, database },
            { dialect: "mysql", user: names.join(""), host: "db", port: 3306 },
          ],
        };
      },
      judge: parsedAs,
    },
    {
      name: "reads the parameters",
      points: 3,
      hidden: true,
      needs: whole,
      feedback:
        "Parameters are separated by &. A value may be encoded, and may hold a second =. readSettings takes the Map that you make.",
      async arrange({ random }) {
        const seconds = random.integer(2, 60);
        const word = random.word();
        const base = { dialect: "mysql", host: "db", port: 3306, database: "library" };
        const socket = encodeURIComponent(`/run/${word}.sock`);
        return {
          input: [
            `mysql://db/library?connect_timeout=${seconds}&charset=utf8mb4`,
            `mysql://db/library?socket=${socket}&connect_timeout=${seconds}`,
            `mysql://db/library?ssl-ca=/etc/a=${word}.pem&ssl-mode=REQUIRED`,
            "mysql://db/library?",
          ],
          secret: [
            { ...base, connectTimeout: seconds },
            { ...base, socket: `/run/${word}.sock`, connectTimeout: seconds },
            { ...base, sslCa: `/etc/a=${word}.pem`, sslMode: "required" },
            base,
          ],
        };
      },
      judge: parsedAs,
    },
    {
      name: "refuses what it cannot use, and says so",
      points: 2,
      hidden: true,
      needs: whole,
      feedback:
        "No scheme, a wrong form, a port above 65535, a bad % or a parameter that stands there twice: each is an ArgumentError with its code.",
      async arrange({ random }) {
        const word = random.word();
        return {
          input: [
            word,
            `mysql://${word}:a@b@db/library`,
            `mysql://db:65536/library`,
            `mysql://${word}%zz@db/library`,
            "mysql://db/library?charset=utf8mb4&charset=utf8mb4",
            `mysql+pymysql://${word}@db/library`,
            `${word}://db/library`,
          ],
          secret: ["url", "url", "url", "url", "url-parameter", "url-driver", "url-database"],
        };
      },
      judge({ observation, input, secret, assert }) {
        for (const [index, code] of (secret as string[]).entries()) {
          const outcome = (observation as Outcome[])[index];
          assert.equal(
            { thrown: outcome?.thrown, code: outcome?.code },
            { thrown: "ArgumentError", code },
            `${(input as string[])[index]}\nshould be refused with the code ${code}; your parseUrl ${said(outcome)}`,
          );
        }
      },
    },
    {
      name: "keeps the password out of every message",
      points: 1,
      hidden: true,
      needs: whole,
      feedback:
        "The message about a URL that is refused shows *** in place of the password. Hand the whole URL to badUrl, which masks it.",
      async arrange({ random }) {
        const password = random.word(5);
        const login = `desk:${password}`;
        return {
          input: [
            `mysql://${login}@db:99999/library`,
            `mysql://${login}%zz@db/library`,
            `mysql://${login}@db/library?charset=utf8mb4&charset=utf8mb4`,
            `mysql://${login}@x@db/library`,
          ],
          secret: password,
        };
      },
      judge({ observation, input, secret, assert }) {
        for (const [index, url] of (input as string[]).entries()) {
          const { thrown, message = "" } = (observation as Outcome[])[index] ?? {};
          assert.ok(thrown !== undefined, `${url}\nwas not refused`);
          assert.ok(
            !message.includes(String(secret)),
            `${url}\nThe password stands in the message.`,
          );
          assert.ok(message.includes("***"), `${url}\nThe message does not show the URL, masked.`);
        }
      },
    },
    {
      name: "gives the engine what it needs",
      points: 1,
      hidden: true,
      needs: whole,
      feedback: "With your parser in its place, the engine should still reach its database.",
      async arrange({ random }) {
        return { input: { tail: `?connect_timeout=${random.integer(5, 20)}` } };
      },
      judge({ observation, assert }) {
        assert.equal(observation, { same: 1 });
      },
    },
  ],
};

export default exercise;
