import { readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import { orm, readText } from "./declarations.js";

/** Where a code is written: `mapping/column.ts:163`. */
export type Codes = ReadonlyMap<string, readonly string[]>;

/**
 * Every code that the package can throw, found in its source: strings that stand for a property or a parameter
 * `code`, those that are handed to a function which makes an error of them, and those of MySQL's numbers and states.
 */
export function readCodes(): Codes {
  const codes = new Map<string, string[]>();
  const files = readdirSync(join(orm, "src"), { recursive: true, encoding: "utf8" });
  for (const file of files.filter((name) => name.endsWith(".ts")).sort()) {
    const source = ts.createSourceFile(
      file,
      readText(join("src", file)),
      ts.ScriptTarget.ES2022,
      true,
    );
    const takers = codeTakers(source);
    visit(source, (node) => {
      for (const text of codesIn(node, takers)) {
        const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        codes.set(text, [...(codes.get(text) ?? []), `${file}:${line}`]);
      }
    });
  }
  // A warning of Node's, not an error.
  codes.delete("ormlet-mapped-again");
  return codes;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

/** The functions of a file that have a parameter `code`, with its place. */
function codeTakers(source: ts.SourceFile): Map<string, number> {
  const takers = new Map<string, number>();
  for (const one of source.statements.filter(ts.isFunctionDeclaration)) {
    const place = one.parameters.findIndex(({ name }) => name.getText() === "code");
    if (one.name && place >= 0) takers.set(one.name.text, place);
  }
  return takers;
}

function codesIn(node: ts.Node, takers: ReadonlyMap<string, number>): string[] {
  if (ts.isPropertyAssignment(node) && node.name.getText() === "code") {
    return stringsIn(node.initializer);
  }
  if (ts.isParameter(node) && node.name.getText() === "code" && node.initializer) {
    return stringsIn(node.initializer);
  }
  if (ts.isCallExpression(node)) {
    const place = takers.get(node.expression.getText());
    const given = place === undefined ? undefined : node.arguments[place];
    return given ? stringsIn(given) : [];
  }
  // [IntegrityError, "duplicate-key", "A row …"]
  if (ts.isArrayLiteralExpression(node) && /Error$/.test(node.elements[0]?.getText() ?? "")) {
    return node.elements[1] ? stringsIn(node.elements[1]) : [];
  }
  return [];
}

/** The strings that an expression can be. */
function stringsIn(node: ts.Expression): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (!ts.isConditionalExpression(node)) return [];
  return [...stringsIn(node.whenTrue), ...stringsIn(node.whenFalse)];
}
