import type { Exercise, Json, Random } from "../../judge/exercise.js";

const writes = "writes what stands behind the condition";
const reads = "reads the row of now, into the object that is there";

/** Some books, and what a test needs to know of them. */
function shelf(random: Random) {
  const first = random.integer(2, 90);
  const keys = [first, first + random.integer(1, 9), first + random.integer(10, 19)];
  const stored = keys.map((id) => ({ id, title: random.word(), free: random.integer(10, 40) }));
  const book = random.pick(stored);
  return { stored, book, key: book.id, free: random.integer(50, 90), missing: first + 30 };
}

const select = "SELECT id, title, free FROM books WHERE id = ?";

const exercise: Exercise = {
  id: "6.2",
  tests: [
    {
      name: writes,
      points: 3,
      feedback:
        'lockText gives " FOR UPDATE" or " FOR SHARE", with a blank in front, and " NOWAIT" or " SKIP LOCKED" after it where the options say so.',
      async arrange({ random }) {
        const texts: [Json, string][] = [
          [{ lock: "update" }, " FOR UPDATE"],
          [{ lock: "share" }, " FOR SHARE"],
          [{ lock: "update", noWait: true }, " FOR UPDATE NOWAIT"],
          [{ lock: "share", skipLocked: true }, " FOR SHARE SKIP LOCKED"],
          [{ lock: "update", skipLocked: false, noWait: false }, " FOR UPDATE"],
        ];
        const shuffled = random.shuffle(texts);
        return {
          input: shuffled.map(([options]) => options),
          secret: shuffled.map(([, text]) => text),
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: reads,
      points: 4,
      needs: writes,
      feedback:
        "The session held the book, and somebody else changed its row. get with a lock should send its SELECT all the same, give the very object that is there, and that object should have the value of now.",
      async arrange({ random }) {
        const { stored, key, free } = shelf(random);
        return { input: { stored, key, free } };
      },
      judge({ observation, input, assert }) {
        const { key, free } = input as { key: number; free: number };
        assert.equal(observation, { same: true, free, sent: [[`${select} FOR UPDATE`, key]] });
      },
    },
    {
      name: "loads an object that is not there, and gives null where there is no row",
      points: 3,
      hidden: true,
      needs: writes,
      feedback:
        "An object that the session doesn't hold yet is made by the loader, and is in the session from then on: a plain get of it sends nothing. Where the SELECT finds no row, the answer is null.",
      async arrange({ random }) {
        const { stored, book, key, missing } = shelf(random);
        return { input: { stored, key, missing }, secret: [book.id, book.title, book.free] };
      },
      judge({ observation, input, secret, assert }) {
        const { key, missing } = input as { key: number; missing: number };
        const sent = [
          ["BEGIN"],
          [`${select} FOR SHARE`, key],
          [`${select} FOR UPDATE NOWAIT`, missing],
        ];
        const seen = observation as Record<string, Json>;
        assert.equal(seen.values, secret, "The object does not have the values of its row.");
        assert.is(seen.none, true, "A key without a row should give null.");
        assert.is(seen.again, true, "A plain get of the same key should give the same object.");
        assert.is(seen.held, true, "The object should be in the session.");
        const said = "BEGIN, a SELECT … FOR SHARE and a SELECT … FOR UPDATE NOWAIT should be sent.";
        assert.equal(seen.sent, sent, said);
      },
    },
    {
      name: "refuses what makes no sense, before anything is sent",
      points: 3,
      hidden: true,
      needs: writes,
      feedback:
        'A lock that is no lock is lock-options, and so are noWait and skipLocked together; a misspelt option is unknown-option, with "The lock" in the message; a class that was defined again is refused; a key that does not fit is what keyValues says. All of that is known before the session does anything, so not even BEGIN should be sent.',
      async arrange({ random }) {
        return { input: { stored: shelf(random).stored } };
      },
      judge({ observation, assert }) {
        const { codes, misspelt, sent } = observation as Record<string, Json>;
        const [lock, option, both, other, key, replaced] = codes as Json[];
        const said = (options: string) => `This was not refused as it should be: { ${options} }`;
        assert.is(lock, "lock-options", said('lock: "updat"'));
        assert.is(option, "unknown-option", said('lock: "update", nowait: true'));
        assert.is(both, "lock-options", said('lock: "share", noWait: true, skipLocked: true'));
        assert.is(other, "unknown-option", said('lock: "update", of: Book'));
        assert.match(String(misspelt), /^The lock /, 'The message should begin with "The lock".');
        assert.is.not(key, "no error", "A key of two columns was not refused.");
        assert.is(replaced, "replaced-class", "A class that was defined again was not refused.");
        assert.equal(sent, [], "Something was sent.");
      },
    },
    {
      name: "flushes first, and finds no change afterwards",
      points: 3,
      hidden: true,
      needs: reads,
      feedback:
        "The program had changed the book, and then locked it. The UPDATE should go first, so that the SELECT brings back what the program has written and nothing is lost. After that the book counts as unchanged, and a rollback gives it back what it was.",
      async arrange({ random }) {
        const { stored, book, key, free } = shelf(random);
        return { input: { stored, key, free }, secret: book.free };
      },
      judge({ observation, input, secret, assert }) {
        const { free } = input as { free: number };
        const seen = observation as Record<string, Json>;
        assert.equal(seen.texts, ["UPDATE", "SELECT"], "An UPDATE should be sent, then a SELECT.");
        assert.is(seen.free, free, "The object has lost what the program had written.");
        assert.is(seen.dirty, 0, "The object still counts as changed.");
        assert.is(seen.back, secret, "The rollback did not give the old value back.");
      },
    },
    {
      name: "waits for its turn, and has a name",
      points: 2,
      hidden: true,
      needs: reads,
      feedback:
        "Two reads that are started together go one after the other, by inTurn. A commit beside one of them is refused, and the message names the call: session.get(Book).",
      async arrange({ random }) {
        const { stored, key } = shelf(random);
        return { input: { stored, key }, secret: stored.length };
      },
      judge({ observation, secret, assert }) {
        const { all, same, refused } = observation as {
          all: number;
          same: boolean;
          refused: string;
        };
        assert.is(all, secret, "The other read did not get all books.");
        assert.is(same, true, "The two reads gave different objects for one row.");
        assert.match(refused, /get\(Book\)/, "The refusal of the commit should name get(Book).");
      },
    },
    {
      name: "keeps others away",
      points: 2,
      hidden: true,
      needs: reads,
      feedback:
        "While one session holds the lock, another one should be refused with noWait, and find nothing with skipLocked. After the commit the row is free.",
      async arrange({ random }) {
        const { stored, key } = shelf(random);
        return { input: { stored, key } };
      },
      judge({ observation, assert }) {
        const seen = observation as Record<string, Json>;
        assert.is(seen.refused, "lock-not-available", "noWait was not refused.");
        assert.is(seen.skipped, true, "skipLocked gave the row that another session holds.");
        assert.is(seen.free, true, "After the commit the row should be there for the other one.");
      },
    },
  ],
};

export default exercise;
