import type { Exercise, Random } from "../../judge/exercise.js";

const columns = "writes the line of a column";
const keys = "writes the line of a foreign key";

/** So many words, all different. */
function words(random: Random, count: number): string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(random.word());
  return [...found];
}

const exercise: Exercise = {
  id: "2.3",
  tests: [
    {
      name: columns,
      points: 3,
      feedback:
        "The quoted name, the type, NOT NULL unless it is nullable, and AUTO_INCREMENT where the server counts. One space between them.",
      async arrange({ random }) {
        const [one, two, three] = words(random, 3) as [string, string, string];
        const length = String(random.integer(2, 200));
        return {
          input: { one, two, three, length },
          secret: [
            `<${one}> INT NOT NULL AUTO_INCREMENT`,
            `<${two}> VARCHAR(${length}) NOT NULL`,
            `<${three}> DECIMAL(8, 2)`,
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: keys,
      points: 3,
      feedback:
        "CONSTRAINT and the name, FOREIGN KEY and the columns here, REFERENCES, the table and its columns. Then, where it was said, ON DELETE and ON UPDATE in capitals.",
      async arrange({ random }) {
        const [own, table, one, two] = words(random, 4) as [string, string, string, string];
        const to = `REFERENCES <${table}>`;
        const key = (column: string) => `CONSTRAINT <fk_${own}_${column}_${table}> FOREIGN KEY`;
        return {
          input: { own, table, one, two },
          secret: [
            `CONSTRAINT <plain> FOREIGN KEY (<a>) ${to} (<id>)`,
            `${key("b")} (<b>) ${to} (<id>) ON DELETE SET NULL`,
            `${key("c")} (<c>) ${to} (<id>) ON DELETE NO ACTION ON UPDATE CASCADE`,
            `${key(`${one}_${two}`)} (<${one}>, <${two}>) ${to} (<x>, <y>) ON DELETE CASCADE`,
          ],
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "puts the lines of a table together",
      points: 4,
      needs: columns,
      feedback:
        "Columns, PRIMARY KEY, uniques, indexes, foreign keys, checks, in this order: each on a line of its own behind two spaces, a comma between them. Behind the parenthesis the dialect's tableOptions.",
      async arrange({ random }) {
        const [table, one, two] = words(random, 3) as [string, string, string];
        const lines = [
          "<a> INT NOT NULL",
          "<b> INT NOT NULL",
          `<${one}> VARCHAR(9) NOT NULL`,
          `<${two}> VARCHAR(9) NOT NULL`,
          "PRIMARY KEY (<a>, <b>)",
          `CONSTRAINT <uq_${table}_${one}> UNIQUE (<${one}>)`,
          `CONSTRAINT <uq_${table}_${one}_${two}> UNIQUE (<${one}>, <${two}>)`,
          `INDEX <quick> (<${two}>, <b>)`,
          `CONSTRAINT <fk_${table}_${two}_other> FOREIGN KEY (<${two}>) REFERENCES <other> (<name>)`,
          `CONSTRAINT <ck_${table}_1> CHECK (a < b)`,
          `CONSTRAINT <ck_${table}_late> CHECK (a <> 0)`,
        ];
        return {
          input: { table, one, two },
          secret: `<${table}> (\n  ${lines.join(",\n  ")}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin`,
        };
      },
      judge({ observation, secret, assert }) {
        assert.equal(observation, secret);
      },
    },
    {
      name: "writes defaults, generated columns and ON UPDATE",
      points: 3,
      hidden: true,
      needs: columns,
      feedback:
        "A constant through the dialect's literal; the server's time through its now; an expression in parentheses; what JavaScript makes, not at all. GENERATED ALWAYS AS stands right behind the type, and NOT NULL behind it.",
      async arrange({ random }) {
        const word = `${random.word()}'s`;
        const count = random.integer(1, 99);
        const quoted = `'${word.replace("'", "''")}'`;
        return {
          input: { word, count },
          secret: [
            "<id> INT NOT NULL AUTO_INCREMENT",
            `<word> VARCHAR(20) NOT NULL DEFAULT ${quoted}`,
            `<story> LONGTEXT NOT NULL DEFAULT (${quoted})`,
            `<count> INT DEFAULT ${count}`,
            "<yes> TINYINT(1) NOT NULL DEFAULT 1",
            "<made> VARCHAR(20) NOT NULL",
            "<seen> DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3)",
            "<edited> DATETIME(0) NOT NULL",
            "<day> DATE NOT NULL DEFAULT (CURRENT_DATE)",
            "<key> VARCHAR(36) NOT NULL DEFAULT (UUID())",
            "<twice> INT GENERATED ALWAYS AS (count * 2) VIRTUAL NOT NULL",
            "<thrice> INT GENERATED ALWAYS AS (count * 3) STORED",
          ],
        };
      },
      judge({ observation, secret, assert }) {
        for (const [index, line] of (secret as string[]).entries()) {
          const seen = (observation as string[])[index];
          assert.is(seen, line, `your line is\n${seen}\nand should be\n${line}`);
        }
      },
    },
    {
      name: "makes tables that MySQL takes",
      points: 2,
      hidden: true,
      needs: keys,
      feedback:
        "With your functions in their place, Base.metadata.createAll should make tables, also one that is called order and has a column group.",
      async arrange({ random }) {
        return { input: `${random.word()}'s "\\"` };
      },
      async judge({ observation, input, assert, sql }) {
        assert.is(observation, null);
        await sql("INSERT INTO authors (name) VALUES ('Ada')");
        await sql("INSERT INTO `order` (price, author_id) VALUES ('9.99', 1)");
        await sql("DELETE FROM authors");
        const [row] = await sql("SELECT `group`, `double`, author_id FROM `order`");
        assert.equal({ ...row }, { group: input, double: "19.98", author_id: null });
      },
    },
  ],
};

export default exercise;
