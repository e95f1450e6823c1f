import type { WrongAnswer } from "../../wrong.js";

const comparisons = "writes comparisons, and binds their values";
const brackets = "puts brackets where they are needed";

export const answers: WrongAnswer[] = [
  {
    name: "forgets the brackets of AND and OR",
    change: [
      [
        "`(${writeAll(node.operands, ` ${node.operator} `, context)})`",
        "writeAll(node.operands, ` ${node.operator} `, context)",
      ],
    ],
    fails: [comparisons],
    says: /AND and OR in brackets of their own/,
  },
  {
    name: "writes parts without brackets",
    change: [["return isAtom(node, context) ? text : `(${text})`;", "return text;"]],
    fails: [brackets],
    says: /A part that would be read differently beside a word or a sign stands in brackets/,
  },
  {
    name: "takes a sum for a function",
    change: [
      [
        'if (node.kind === "call") return !(node.name in special.operators);',
        'if (node.kind === "call") return true;',
      ],
    ],
    fails: [brackets],
    says: /stands in brackets: a comparison, a NOT, a sum/,
  },
  {
    name: "counts placeholders from 0",
    change: [
      [
        "dialect.placeholder(parameters.push(value))",
        "dialect.placeholder(parameters.push(value) - 1)",
      ],
    ],
    fails: [comparisons],
    says: /the first is 1/,
  },
  {
    name: "writes values into the text",
    change: [
      [
        "if (type === undefined) return bindValue(value as SqlValue, context);",
        "if (value !== null) return `'${value}'`;",
      ],
      [
        "context.special.value(bindValue(type.bind(value), context), type)",
        "bindValue(value as SqlValue, context)",
      ],
    ],
    fails: [comparisons],
    says: /Each value becomes the placeholder of its position/,
  },
  {
    name: "binds values as the program has them",
    change: [["bindValue(type.bind(value), context)", "bindValue(value as SqlValue, context)"]],
    fails: ["binds a value as its type wants it"],
    says: /what type\.bind gives is bound/,
  },
  {
    name: "writes the name of an alias",
    change: [
      [
        '      return writeExpression(node.operand, context);\n    case "call"',
        '      return `${writeExpression(node.operand, context)} AS ${node.name}`;\n    case "call"',
      ],
      ['  if (node.kind === "alias") return writeOperand(node.operand, context);\n', ""],
    ],
    fails: [brackets],
    says: /Of an alias, what it names counts, and the name isn't written/,
  },
  {
    name: "writes nothing between the brackets of an empty list",
    change: [["  if (values.length === 0) return list([]).toSql(context.dialect).text;\n", ""]],
    fails: ["writes lists"],
    says: /No value at all is what list\(\[\]\) writes/,
  },
];
