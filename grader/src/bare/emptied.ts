import ts from "@tslab/typescript-for-tslab";
import { printDeclaration, withoutBodies } from "../weave/declarations.js";
import { declaredNames, parse } from "../weave/names.js";
import type { WovenCell } from "../weave/notebook.js";

/** What stands in each body that the reader writes. Run too early, it says why nothing came. */
const body = 'throw new Error("not written yet: from memory");';

/**
 * The text of a cell without what the reader writes again.
 *
 * - A cell that declares functions or classes keeps their signatures, and the lines that call them: those are
 *   the check. The bodies go.
 * - Any other cell keeps its imports, its types and the mapped classes, which are the story's data. The rest
 *   goes, and a comment says which names later cells will ask for.
 *
 * @param later the names that later cells use
 * @returns undefined when there is nothing to take out
 */
export function emptied(cell: WovenCell, later: ReadonlySet<string>): string | undefined {
  const source = parse(cell.cell.source);
  if (cell.woven) return withoutWovenBodies(cell.woven, source);
  const written = withoutBodies(source, source.statements.filter(isWritten), body);
  if (written.emptied > 0) return written.text;
  return withoutStatements(source, later, cell.raises);
}

function withoutWovenBodies(
  { declarations, code }: NonNullable<WovenCell["woven"]>,
  source: ts.SourceFile,
): string | undefined {
  const change = { exported: false, shortDocs: true, body, constructors: true };
  const printed = declarations.map((one) => printDeclaration(one, change));
  if (printed.every((one) => one.emptied === 0)) return undefined;
  // The chapter's own imports stand in its code already.
  const imports = source.statements
    .filter((one) => ts.isImportDeclaration(one) && !code.includes(one.getText()))
    .map((one) => one.getText());
  const texts = [imports.join("\n"), ...printed.map((one) => one.text), code];
  return texts.filter((text) => text.trim() !== "").join("\n\n");
}

/** Whether a statement declares what a reader can write again behind its signature. */
function isWritten(statement: ts.Statement): boolean {
  if (ts.isFunctionDeclaration(statement)) return true;
  if (ts.isClassDeclaration(statement)) return !isMapped(statement);
  if (!ts.isVariableStatement(statement)) return false;
  return statement.declarationList.declarations.some(({ initializer: value }) => {
    return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  });
}

/** `class Member extends Base.mapped(…)` */
function isMapped(statement: ts.ClassDeclaration): boolean {
  const base = statement.heritageClauses?.find(
    (clause) => clause.token === ts.SyntaxKind.ExtendsKeyword,
  );
  return /\bmapped\s*[(<]/.test(base?.getText() ?? "");
}

function isGiven(statement: ts.Statement): boolean {
  return (
    ts.isImportDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    (ts.isClassDeclaration(statement) && isMapped(statement))
  );
}

function withoutStatements(
  source: ts.SourceFile,
  later: ReadonlySet<string>,
  raises: boolean,
): string | undefined {
  const gone = source.statements.filter((statement) => !isGiven(statement));
  if (gone.length === 0) return undefined;
  const names = gone.flatMap(declaredNames).filter((name) => later.has(name));
  const given = source.statements.filter(isGiven);
  const [imports, others] = [true, false].map((wanted) =>
    given.filter((one) => ts.isImportDeclaration(one) === wanted).map((one) => one.getText()),
  ) as [string[], string[]];
  const asked = ["// Your code.", raises ? "It must fail." : "", laterUse(names)];
  const texts = [imports.join("\n"), ...others, asked.filter(Boolean).join(" ")];
  return texts.filter((text) => text !== "").join("\n\n");
}

function laterUse(names: readonly string[]): string {
  if (names.length === 0) return "";
  const last = names.at(-1);
  const list = names.length === 1 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  return `Later cells use ${list}.`;
}
