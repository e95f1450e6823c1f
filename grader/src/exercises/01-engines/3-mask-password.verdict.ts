import type { Exercise, Json } from "../../judge/exercise.js";

const first = "puts *** in place of the password";

/** Compares the masked URLs with the expected ones, one by one, so that a message shows one URL. */
function sameEach(
  observation: Json,
  secret: Json,
  equal: (actual: unknown, expected: unknown) => void,
): void {
  const masked = Array.isArray(observation) ? observation : [observation];
  (secret as string[]).forEach((expected, index) => {
    equal(masked[index], expected);
  });
}

const exercise: Exercise = {
  id: "1.3",
  tests: [
    {
      name: first,
      points: 3,
      feedback: "Everything but the password should stay as it was.",
      async arrange({ random }) {
        const [user, password, host, name] = Array.from({ length: 4 }, () => random.word());
        const rest = `@${host}.example:${random.integer(1000, 9999)}/${name}`;
        return {
          input: [`mysql://${user}:${password}${rest}`, `mysql://${user}:p%40ss${rest}?charset=utf8mb4`],
          secret: [`mysql://${user}:***${rest}`, `mysql://${user}:***${rest}?charset=utf8mb4`],
        };
      },
      judge({ observation, secret, assert }) {
        sameEach(observation, secret, assert.is);
      },
    },
    {
      name: "leaves a URL without a password as it is",
      points: 1,
      needs: first,
      feedback: "There is nothing to hide in this URL. A colon may also stand before the port.",
      async arrange({ random }) {
        const [user, host, name] = [random.word(), random.word(), random.word()];
        const urls = [
          `mysql://${user}@${host}/${name}`,
          `mysql://${host}:3306/${name}`,
          `mysql://${user}@${host}:3306/${name}`,
          `sqlite:///${name}.db`,
          `${name}`,
        ];
        return { input: urls, secret: urls };
      },
      judge({ observation, secret, assert }) {
        sameEach(observation, secret, assert.is);
      },
    },
    {
      name: "hides all of a password that was not encoded",
      points: 2,
      hidden: true,
      feedback:
        "The password of somebody who forgot to encode it may hold @, :, / and even a line break. Hide up to the last @.",
      async arrange({ random }) {
        const [user, host] = [random.word(), random.word()];
        const passwords = ["@", ":", "/", "?", "@@", "://", "\n"].map(
          (mark) => random.word() + mark + random.word(),
        );
        return {
          input: passwords.map((password) => `mysql://${user}:${password}@${host}/library`),
          secret: passwords.map(() => `mysql://${user}:***@${host}/library`),
        };
      },
      judge({ observation, secret, assert }) {
        sameEach(observation, secret, assert.is);
      },
    },
    {
      name: "hides an empty password, and one behind an empty user",
      points: 1,
      hidden: true,
      feedback: "Whether there is a password at all is also nobody's business, and a user may be empty.",
      async arrange({ random }) {
        const [user, host] = [random.word(), random.word()];
        return {
          input: [`mysql://${user}:@${host}/library`, `mysql://:${random.word()}@${host}/library`],
          secret: [`mysql://${user}:***@${host}/library`, `mysql://:***@${host}/library`],
        };
      },
      judge({ observation, secret, assert }) {
        sameEach(observation, secret, assert.is);
      },
    },
    {
      name: "works for every scheme, and for hosts of any kind",
      points: 2,
      hidden: true,
      feedback: "A scheme may hold +, - and digits; a host may be an IPv6 address with colons in it.",
      async arrange({ random }) {
        const user = random.word();
        const ends = ["[::1]:3306/library", "127.0.0.1", "/library", "db/a?socket=/run/my.sock"];
        const schemes = ["mysql+mysql2", "postgresql", "my-sql.8", "mysql"];
        return {
          input: ends.map((end, i) => `${schemes[i]}://${user}:${random.word()}@${end}`),
          secret: ends.map((end, i) => `${schemes[i]}://${user}:***@${end}`),
        };
      },
      judge({ observation, secret, assert }) {
        sameEach(observation, secret, assert.is);
      },
    },
    {
      name: "keeps the password out of an error of the engine",
      points: 1,
      hidden: true,
      needs: first,
      feedback: "The engine refuses the driver of another language and quotes the URL, masked.",
      async arrange({ random }) {
        const password = random.word(4);
        return {
          input: `mysql+pymysql://${random.word()}:${password}@localhost/library`,
          secret: password,
        };
      },
      judge({ observation, secret, assert }) {
        const { refused, message } = observation as { refused: boolean; message: string };
        assert.ok(refused, "createEngine should refuse the URL");
        assert.match(message, ":***@");
        assert.not.match(message, String(secret));
      },
    },
  ],
};

export default exercise;
