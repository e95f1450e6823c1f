import { readFileSync } from "node:fs";
import ts from "@tslab/typescript-for-tslab";
import { globSync } from "tinyglobby";
import { Failure } from "../base/failure.js";
import { at, type Reference } from "./model.js";
import { declaredNames } from "./names.js";
import { didYouMean } from "./nearest.js";

/** A name that a module imports. */
export interface Imported {
  /** What to import from, as the course's text would write it: `ormlet/internal/engine/sql`, `node:fs`. */
  from: string;
  /** The exported name, `default`, or `*`. */
  name: string;
}

/** One or more statements of a module that declare a name: a class, a function with its overloads. */
export interface Declaration {
  /** Below `orm/src`: `engine/sql.ts`. */
  file: string;
  names: string[];
  statements: ts.Statement[];
  exported: boolean;
  /** Stripped from the published types, so that nothing outside the package can import it. */
  internal: boolean;
  /** Lines that hold code, without comments and blank lines. */
  lines: number;
}

export interface Module {
  /** Below `orm/src`: `engine/sql.ts`. */
  file: string;
  source: ts.SourceFile;
  declarations: Declaration[];
  imports: Map<string, Imported>;
}

/** `engine/sql.ts#sql`: how messages and the coverage name a declaration. */
export function nameOf(declaration: Declaration): string {
  return `${declaration.file}#${declaration.names[0] ?? "?"}`;
}

/** The package's own source, read when a chapter first asks for a file. */
export class Modules {
  readonly #folder: string;
  readonly #modules = new Map<string, Module>();
  /** All files below `orm/src`, in alphabetical order. */
  readonly files: readonly string[];

  constructor(folder: string) {
    this.#folder = folder;
    this.files = globSync("**/*.ts", { cwd: folder, ignore: ["**/*.d.ts"] }).sort();
  }

  get(file: string): Module {
    const known = this.#modules.get(file);
    if (known) return known;
    const text = readFileSync(`${this.#folder}/${file}`, "utf8").replaceAll("\r\n", "\n");
    const module = parseModule(file, text);
    this.#modules.set(file, module);
    return module;
  }

  /** The declarations that a fence names, in its order; throws at a file or a name that is not there. */
  find(reference: Reference): { module: Module; declarations: Declaration[] } {
    const { file, names, place } = reference;
    if (!this.files.includes(file)) {
      throw new Failure(`${at(place)}: orm/src has no ${file}`, {
        remedy: didYouMean(file, this.files) || "Name a file below orm/src.",
      });
    }
    const module = this.get(file);
    if (names.length === 0) return { module, declarations: module.declarations };
    const found = names.map((name) => {
      const declaration = module.declarations.find((one) => one.names.includes(name));
      if (declaration) return declaration;
      const all = module.declarations.flatMap((one) => one.names);
      throw new Failure(`${at(place)}: orm/src/${file} declares no \`${name}\``, {
        remedy: didYouMean(name, all) || `It declares ${all.join(", ")}.`,
      });
    });
    return { module, declarations: [...new Set(found)] };
  }
}

/** Reads one file's declarations and imports. `file` is its path below `orm/src`. */
export function parseModule(file: string, text: string): Module {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
  const imports = new Map<string, Imported>();
  const declarations: Declaration[] = [];
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) readImport(file, statement, imports);
    else if (!ts.isExportDeclaration(statement)) addStatement(file, statement, declarations);
  }
  return { file, source, declarations, imports };
}

function addStatement(file: string, statement: ts.Statement, declarations: Declaration[]): void {
  const names = declaredNames(statement);
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  const exported = modifiers?.some((one) => one.kind === ts.SyntaxKind.ExportKeyword) ?? false;
  const internal = ts.getJSDocTags(statement).some((tag) => tag.tagName.text === "internal");
  const lines = codeLines(statement);
  const known = declarations.find((one) => one.names.some((name) => names.includes(name)));
  if (known) {
    known.statements.push(statement);
    known.lines += lines;
    known.exported ||= exported;
    for (const name of names) if (!known.names.includes(name)) known.names.push(name);
  } else declarations.push({ file, names, statements: [statement], exported, internal, lines });
}

function readImport(
  file: string,
  statement: ts.ImportDeclaration,
  imports: Map<string, Imported>,
): void {
  if (!ts.isStringLiteral(statement.moduleSpecifier)) return;
  const from = publicSpecifier(file, statement.moduleSpecifier.text);
  const clause = statement.importClause;
  if (clause?.name) imports.set(clause.name.text, { from, name: "default" });
  const bindings = clause?.namedBindings;
  if (!bindings) return;
  if (ts.isNamespaceImport(bindings)) imports.set(bindings.name.text, { from, name: "*" });
  else {
    for (const one of bindings.elements) {
      imports.set(one.name.text, { from, name: (one.propertyName ?? one.name).text });
    }
  }
}

/** `../base/errors.js`, imported by `engine/sql.ts`, becomes `ormlet/internal/base/errors`. */
export function publicSpecifier(file: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  const path = new URL(specifier, `file:///${file}`).pathname;
  return `ormlet/internal${path.replace(/\.[jt]s$/, "")}`;
}

/** How many lines of the text hold something other than comments. */
export function codeLines(node: ts.Node): number {
  const source = node.getSourceFile();
  const lines = new Set<number>();
  const visit = (part: ts.Node): void => {
    if (part.kind >= ts.SyntaxKind.FirstJSDocNode && part.kind <= ts.SyntaxKind.LastJSDocNode)
      return;
    const children = part.getChildren(source);
    for (const child of children) visit(child);
    if (children.length > 0 || part.getStart(source) === part.end) return;
    const first = source.getLineAndCharacterOfPosition(part.getStart(source)).line;
    const last = source.getLineAndCharacterOfPosition(part.end).line;
    for (let line = first; line <= last; line++) lines.add(line);
  };
  visit(node);
  return lines.size;
}
