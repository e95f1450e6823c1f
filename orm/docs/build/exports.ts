import { join, relative } from "node:path";
import ts from "@tslab/typescript-for-tslab";
import {
  docOf,
  docOfAll,
  grouped,
  headOf,
  isPublic,
  type Member,
  memberOf,
  orm,
  signaturesOf,
} from "./declarations.js";
import { type Doc, noDoc } from "./docstring.js";

/** Something that the package exports. */
export interface Entry {
  readonly name: string;
  readonly kind: "class" | "function" | "value" | "interface" | "type";
  readonly isExported: boolean;
  /** The folder of `src` in which it is declared. */
  readonly folder: string;
  readonly doc: Doc;
  /** As TypeScript writes it, without a body. */
  readonly signatures: readonly string[];
  readonly members: readonly Member[];
}

/** Reads what `ormlet` and `ormlet/notebook` export, in the order of their declaration; then {@link shownToo}. */
export function readExports(): Entry[] {
  if (known !== undefined) return known;
  const roots = ["index.ts", "notebook/index.ts"].map((file) => join(orm, "src", file));
  const program = ts.createProgram(roots, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    types: ["node"],
    typeRoots: [join(orm, "../node_modules/@types")],
  });
  const reader = new Reader(program.getTypeChecker());
  const symbols = roots.flatMap((root) => {
    const source = program.getSourceFile(root);
    const module = source && reader.checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${root} exports nothing.`);
    return reader.checker.getExportsOfModule(module);
  });
  for (const symbol of symbols) reader.exported.add(reader.resolved(symbol));
  const exported = symbols.map((symbol) => reader.entry(symbol));
  const others = shownToo.map(([file, name]) => {
    const source = program.getSourceFile(join(orm, "src", file));
    const module = source && reader.checker.getSymbolAtLocation(source);
    const symbol = module?.exports?.get(name as ts.__String);
    if (symbol === undefined) throw new Error(`${file} has no ${name}.`);
    return { ...reader.entry(symbol), isExported: false };
  });
  known = [...exported, ...others];
  return known;
}

/** What nobody can import, and everybody writes: options of what is exported. */
const shownToo = [
  ["mapping/mapper.ts", "RelationshipOptions"],
  ["mapping/column.ts", "ReferenceOptions"],
  ["mapping/table.ts", "ReferenceAction"],
] as const;

/** Kept, because the compiler takes seconds to read the package. */
let known: Entry[] | undefined;

class Reader {
  readonly checker: ts.TypeChecker;
  readonly exported = new Set<ts.Symbol>();

  constructor(checker: ts.TypeChecker) {
    this.checker = checker;
  }

  entry(exported: ts.Symbol): Entry {
    return { ...this.described(exported), isExported: true };
  }

  described(exported: ts.Symbol): Omit<Entry, "isExported"> {
    const symbol = this.resolved(exported);
    const declarations = symbol.declarations ?? [];
    const [first] = declarations;
    if (first === undefined) throw new Error(`${exported.name} is declared nowhere.`);
    const folder = relative(join(orm, "src"), first.getSourceFile().fileName).split("/")[0] ?? "";
    const { name } = exported;
    if (ts.isClassDeclaration(first)) {
      const extended = this.parent(first);
      // A class that nobody can import says nothing to a reader.
      const signatures = [headOf(first, extended && first.heritageClauses?.pos)];
      return {
        name,
        kind: "class",
        folder,
        doc: docOf(first),
        signatures,
        members: this.classMembers(first),
      };
    }
    if (ts.isFunctionDeclaration(first)) {
      const functions = declarations.filter(ts.isFunctionDeclaration);
      const doc = docOfAll(functions);
      return {
        name,
        kind: "function",
        folder,
        doc,
        signatures: signaturesOf(functions),
        members: [],
      };
    }
    if (ts.isInterfaceDeclaration(first)) {
      const members = first.members.map((member) => memberOf(member));
      return {
        name,
        kind: "interface",
        folder,
        doc: docOf(first),
        signatures: [headOf(first)],
        members,
      };
    }
    if (ts.isVariableDeclaration(first)) return this.value(name, folder, first);
    return {
      name,
      kind: "type",
      folder,
      doc: docOf(first),
      signatures: [headOf(first)],
      members: [],
    };
  }

  resolved(symbol: ts.Symbol): ts.Symbol {
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  /** A class's own members and those that it inherits: of a method that is overridden, the last. */
  classMembers(declared: ts.ClassDeclaration): Member[] {
    const members = new Map<string, Member>();
    for (const one of this.lineage(declared)) {
      const own = one.members.filter(
        (member) =>
          isPublic(member) || (ts.isConstructorDeclaration(member) && members.has("constructor")),
      );
      for (const [name, nodes] of grouped(own)) members.set(name, memberOf(...nodes));
    }
    return [...members.values()].filter(({ doc }) => !doc.internal);
  }

  /** The class with those that it extends, the root first; up to one that has a section of its own. */
  lineage(declared: ts.ClassDeclaration): ts.ClassDeclaration[] {
    const parent = this.parent(declared);
    return parent ? [...this.lineage(parent), declared] : [declared];
  }

  /** The class of the package that another one extends, unless it is exported too. */
  parent(declared: ts.ClassDeclaration): ts.ClassDeclaration | undefined {
    const clause = declared.heritageClauses?.find(
      ({ token }) => token === ts.SyntaxKind.ExtendsKeyword,
    );
    const base = clause?.types[0];
    const symbol = base && this.checker.getSymbolAtLocation(base.expression);
    const found = symbol && this.resolved(symbol);
    const above = found && !this.exported.has(found) ? found.declarations : undefined;
    const parent = above?.find(ts.isClassDeclaration);
    const inSource = parent?.getSourceFile().fileName.startsWith(join(orm, "src"));
    return inSource ? parent : undefined;
  }

  /** A constant: what it can be called with, and its properties where it is an object. */
  value(name: string, folder: string, node: ts.VariableDeclaration): Omit<Entry, "isExported"> {
    const { initializer } = node;
    const doc = docOf(node.parent.parent);
    const isAssigned =
      initializer && ts.isCallExpression(initializer) && initializer.arguments.length === 2;
    const [callable, helpers] = isAssigned ? initializer.arguments : [undefined, initializer];
    const own = callable && this.checker.getSymbolAtLocation(callable);
    if (own) {
      const functions = (own.declarations ?? []).filter(ts.isFunctionDeclaration);
      const signatures = signaturesOf(functions).map((one) => one.replaceAll(own.name, name));
      const members = helpers ? this.properties(helpers) : [];
      const merged = { ...docOfAll(functions), examples: doc.examples };
      return { name, kind: "value", folder, doc: merged, signatures, members };
    }
    const isObject = initializer && ts.isObjectLiteralExpression(initializer);
    const members = isObject ? this.properties(initializer) : [];
    const signatures = isObject ? [] : this.written(name, node);
    return { name, kind: "value", folder, doc, signatures, members };
  }

  /** The properties of an object as it is written, those of what is spread into it included. */
  properties(node: ts.Node): Member[] {
    if (!ts.isObjectLiteralExpression(node)) return [];
    return node.properties.flatMap((property): Member[] => {
      if (ts.isSpreadAssignment(property)) {
        const symbol = this.checker.getSymbolAtLocation(property.expression);
        const found = symbol && this.resolved(symbol).declarations?.find(ts.isVariableDeclaration);
        return found?.initializer ? this.properties(found.initializer) : [];
      }
      const name = property.name?.getText() ?? "";
      const symbol = ts.isShorthandPropertyAssignment(property)
        ? this.checker.getShorthandAssignmentValueSymbol(property)
        : undefined;
      const functions = (symbol?.declarations ?? []).filter(ts.isFunctionDeclaration);
      if (functions.length > 0) {
        const own = docOfAll(functions);
        const doc = own === noDoc ? docOf(property) : own;
        return [{ name, doc, signatures: signaturesOf(functions) }];
      }
      return [{ name, doc: docOf(property), signatures: this.written(name, property) }];
    });
  }

  /** The calls that a value takes, in full. */
  written(name: string, node: ts.Node): string[] {
    const type = this.checker.getTypeAtLocation(node);
    const flags =
      ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;
    const calls = type.getCallSignatures();
    if (calls.length === 0)
      return [`${name}: ${this.checker.typeToString(type, undefined, flags)}`];
    return calls.map((call) => `${name}${this.checker.signatureToString(call, undefined, flags)}`);
  }
}
