import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "quotes no names",
    change: [
      [
        "const words = [dialect.quote(column.name), ddl.columnType(type)];",
        "const words = [column.name, ddl.columnType(type)];",
      ],
    ],
    fails: ["writes the line of a column"],
    says: /The quoted name, the type, NOT NULL unless it is nullable/,
  },
  {
    name: "has NOT NULL where NULL belongs",
    change: [["if (!column.nullable) words.push", "if (column.nullable) words.push"]],
    fails: ["writes the line of a column"],
    says: /NOT NULL unless it is nullable/,
  },
  {
    name: "puts foreign keys before the indexes",
    change: [
      [
        "    ...table.indexes.map((index) => `INDEX ${quote(index.name)} ${listOf(index.columns, dialect)}`),\n    ...table.foreignKeys.map((foreignKey) => foreignKeyDdl(foreignKey, dialect)),\n",
        "    ...table.foreignKeys.map((foreignKey) => foreignKeyDdl(foreignKey, dialect)),\n    ...table.indexes.map((index) => `INDEX ${quote(index.name)} ${listOf(index.columns, dialect)}`),\n",
      ],
    ],
    fails: ["puts the lines of a table together"],
    says: /Columns, PRIMARY KEY, uniques, indexes, foreign keys, checks, in this order/,
  },
  {
    name: "writes NOT NULL before GENERATED",
    change: [
      ['  if (!column.nullable) words.push("NOT NULL");\n', ""],
      ["  if (generated) {", '  if (!column.nullable) words.push("NOT NULL");\n  if (generated) {'],
    ],
    fails: ["writes defaults, generated columns and ON UPDATE"],
    says: /GENERATED ALWAYS AS stands right behind the type, and NOT NULL behind it/,
  },
  {
    name: "writes ON DELETE in small letters",
    change: [["key.onDelete.toUpperCase()", "key.onDelete"]],
    fails: ["writes the line of a foreign key"],
    says: /ON DELETE and ON UPDATE in capitals/,
  },
];
