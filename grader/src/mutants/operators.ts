import type ts from "@tslab/typescript-for-tslab";
import { parser } from "../judge/parser.js";
import type { Edit } from "../judge/rename.js";

/** A small fault: what is replaced, and what kind of fault that is. */
export interface Fault extends Edit {
  kind: string;
}

const { SyntaxKind } = parser;

/** Operators, each with those that are written for it by mistake. */
const operators: ReadonlyMap<ts.SyntaxKind, readonly string[]> = new Map([
  [SyntaxKind.PlusToken, ["-"]],
  [SyntaxKind.MinusToken, ["+"]],
  [SyntaxKind.AsteriskToken, ["/"]],
  [SyntaxKind.SlashToken, ["*"]],
  [SyntaxKind.PercentToken, ["*"]],
  [SyntaxKind.LessThanToken, ["<=", ">="]],
  [SyntaxKind.LessThanEqualsToken, ["<", ">"]],
  [SyntaxKind.GreaterThanToken, [">=", "<="]],
  [SyntaxKind.GreaterThanEqualsToken, [">", "<"]],
  [SyntaxKind.EqualsEqualsToken, ["!="]],
  [SyntaxKind.ExclamationEqualsToken, ["=="]],
  [SyntaxKind.EqualsEqualsEqualsToken, ["!=="]],
  [SyntaxKind.ExclamationEqualsEqualsToken, ["==="]],
  [SyntaxKind.AmpersandAmpersandToken, ["||"]],
  [SyntaxKind.BarBarToken, ["&&"]],
  [SyntaxKind.QuestionQuestionToken, ["&&"]],
  [SyntaxKind.PlusEqualsToken, ["-=", "="]],
  [SyntaxKind.MinusEqualsToken, ["+=", "="]],
  [SyntaxKind.QuestionQuestionEqualsToken, ["="]],
  [SyntaxKind.BarBarEqualsToken, ["="]],
]);

/** Methods, each with one that is called for it by mistake. */
const methods: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  push: "unshift",
  unshift: "push",
  pop: "shift",
  shift: "pop",
  indexOf: "lastIndexOf",
  startsWith: "endsWith",
  endsWith: "startsWith",
  toLowerCase: "toUpperCase",
  toUpperCase: "toLowerCase",
  min: "max",
  max: "min",
  floor: "ceil",
  ceil: "floor",
  flatMap: "map",
  all: "any",
  allSettled: "all",
};

/** Functions to which the order of two arguments is all one. */
const symmetric = new Set(["Math.min", "Math.max", "Object.is"]);

/** Methods whose call can be forgotten: what is before the dot stands for the whole. */
const forgettable = new Set([
  ...["filter", "slice", "sort", "reverse", "concat", "flat", "trim", "replace", "replaceAll"],
  ...["toLowerCase", "toUpperCase"],
]);

/** The faults of one node of a program; those of the nodes in it are found there. */
export function faultsAt(node: ts.Node): Fault[] {
  return [
    ...operatorFaults(node),
    ...conditionFaults(node),
    ...literalFaults(node),
    ...callFaults(node),
    ...statementFaults(node),
    ...copyFaults(node),
  ];
}

function replace(node: ts.Node, text: string, kind: string): Fault {
  return { start: node.getStart(), end: node.end, text, kind };
}

function operatorFaults(node: ts.Node): Fault[] {
  if (parser.isBinaryExpression(node)) {
    const { operatorToken } = node;
    const others = operators.get(operatorToken.kind) ?? [];
    const faults = others.map((other) => replace(operatorToken, other, "operator"));
    if (operatorToken.kind === SyntaxKind.QuestionQuestionToken) {
      faults.push(replace(node, node.left.getText(), "no default"));
    }
    return faults;
  }
  if (parser.isPrefixUnaryExpression(node)) {
    const operand = node.operand.getText();
    if (node.operator === SyntaxKind.ExclamationToken || node.operator === SyntaxKind.MinusToken) {
      return [replace(node, operand, "operator")];
    }
    if (node.operator === SyntaxKind.PlusPlusToken)
      return [replace(node, `--${operand}`, "operator")];
    if (node.operator === SyntaxKind.MinusMinusToken)
      return [replace(node, `++${operand}`, "operator")];
  }
  if (parser.isPostfixUnaryExpression(node)) {
    const other = node.operator === SyntaxKind.PlusPlusToken ? "--" : "++";
    return [replace(node, `${node.operand.getText()}${other}`, "operator")];
  }
  return [];
}

function conditionFaults(node: ts.Node): Fault[] {
  if (parser.isIfStatement(node)) return always(node.expression);
  if (parser.isWhileStatement(node)) return [replace(node.expression, "false", "condition")];
  if (parser.isForStatement(node) && node.condition) {
    return [replace(node.condition, "false", "condition")];
  }
  if (parser.isConditionalExpression(node)) return always(node.condition);
  if (parser.isPropertyAccessExpression(node) && node.questionDotToken) {
    return [replace(node.questionDotToken, ".", "optional")];
  }
  return [];
}

/** A condition that always holds, and one that never does; typed so that no code counts as unreachable. */
function always(condition: ts.Expression): Fault[] {
  return ["true", "false"].map((value) => replace(condition, `(${value} as boolean)`, "condition"));
}

function literalFaults(node: ts.Node): Fault[] {
  if (node.kind === SyntaxKind.TrueKeyword) return [replace(node, "false", "constant")];
  if (node.kind === SyntaxKind.FalseKeyword) return [replace(node, "true", "constant")];
  if (parser.isNumericLiteral(node)) {
    // Of -1, the sign is enough.
    if (parser.isPrefixUnaryExpression(node.parent)) return [];
    const value = Number(node.text);
    // Of a round number such as 1000, one more is no mistake that is made.
    const isRound = value >= 100 && Number.isInteger(Math.log10(value));
    const others = isRound ? [value * 10] : value > 0 ? [value + 1, value - 1] : [value + 1];
    return others.map((other) => replace(node, String(other), "constant"));
  }
  if (parser.isBigIntLiteral(node))
    return [replace(node, `${node.text.slice(0, -1)}1n`, "constant")];
  if (parser.isStringLiteral(node) || parser.isNoSubstitutionTemplateLiteral(node)) {
    const quote = node.getText()[0] ?? '"';
    const other = node.text === "" ? "?" : "";
    return isName(node) ? [] : [replace(node, `${quote}${other}${quote}`, "text")];
  }
  if (parser.isTemplateHead(node)) return pieceFaults(node, "`", "${");
  if (parser.isTemplateMiddle(node)) return pieceFaults(node, "}", "${");
  if (parser.isTemplateTail(node)) return pieceFaults(node, "}", "`");
  if (parser.isRegularExpressionLiteral(node)) return patternFaults(node);
  if (parser.isPropertyAccessExpression(node) && node.name.text === "length") {
    return [replace(node, `(${node.getText()} - 1)`, "off by one")];
  }
  return [];
}

/** A text that is a name in the program, and no value of it. */
function isName(node: ts.Node): boolean {
  const { parent } = node;
  if (parser.isPropertyAssignment(parent)) return parent.name === node;
  return parser.isImportDeclaration(parent) || parser.isLiteralTypeNode(parent);
}

function pieceFaults(node: ts.TemplateLiteralToken, begin: string, end: string): Fault[] {
  return node.text.trim() === "" ? [] : [replace(node, begin + end, "text")];
}

/** A pattern that may begin, or end, anywhere, or that has lost its flags. */
function patternFaults(node: ts.RegularExpressionLiteral): Fault[] {
  const [, pattern = "", flags = ""] = /^\/(.*)\/(\w*)$/s.exec(node.text) ?? [];
  const faults: Fault[] = [];
  const add = (other: string, more: string) =>
    faults.push(replace(node, `/${other}/${more}`, "pattern"));
  if (pattern.startsWith("^") && pattern.length > 1) add(pattern.slice(1), flags);
  if (/[^\\]\$$/.test(pattern)) add(pattern.slice(0, -1), flags);
  if (flags !== "") add(pattern, "");
  return faults;
}

function callFaults(node: ts.Node): Fault[] {
  if (parser.isAwaitExpression(node)) return [replace(node, node.expression.getText(), "no await")];
  if (!parser.isCallExpression(node) && !parser.isNewExpression(node)) return [];
  const faults: Fault[] = [];
  const [first, second] = node.arguments ?? [];
  const matters = !symmetric.has(node.expression.getText());
  if (matters && first && second && first.getText() !== second.getText()) {
    const between = node.getSourceFile().text.slice(first.end, second.getStart());
    const text = second.getText() + between + first.getText();
    faults.push({ start: first.getStart(), end: second.end, text, kind: "swapped arguments" });
  }
  const callee = node.expression;
  if (!parser.isCallExpression(node) || !parser.isPropertyAccessExpression(callee)) return faults;
  const name = callee.name.text;
  const other = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (other !== undefined) faults.push(replace(callee.name, other, "method"));
  if (forgettable.has(name)) faults.push(replace(node, callee.expression.getText(), "no call"));
  return faults;
}

/** A statement that is forgotten; declarations are needed by the rest. */
function statementFaults(node: ts.Node): Fault[] {
  if (!parser.isStatement(node) || !parser.isBlock(node.parent)) {
    const single = isSingle(node) && !parser.isBlock(node);
    return single ? [replace(node, "{}", "no statement")] : [];
  }
  const removable =
    parser.isExpressionStatement(node) ||
    parser.isThrowStatement(node) ||
    parser.isReturnStatement(node) ||
    parser.isBreakOrContinueStatement(node) ||
    parser.isForOfStatement(node);
  return removable ? [replace(node, "", "no statement")] : [];
}

/** The one statement of an `if` or a loop that has no braces. */
function isSingle(node: ts.Node): boolean {
  const { parent } = node;
  if (parser.isIfStatement(parent))
    return parent.thenStatement === node || parent.elseStatement === node;
  return parser.isIterationStatement(parent, false) && parent.statement === node;
}

/** A copy that is not made, a list that stays empty. */
function copyFaults(node: ts.Node): Fault[] {
  if (parser.isArrayLiteralExpression(node) && node.elements.length > 0) {
    const faults = [replace(node, "[]", "empty list")];
    const [only] = node.elements;
    if (node.elements.length === 1 && only && parser.isSpreadElement(only)) {
      faults.push(replace(node, only.expression.getText(), "no copy"));
    }
    return faults;
  }
  const collection = parser.isNewExpression(node) && /^(Map|Set)$/.test(node.expression.getText());
  if (!collection || !node.arguments || node.arguments.length === 0) return [];
  const [content] = node.arguments;
  return content ? [replace(content, "", "empty list")] : [];
}
