import { existsSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";

/**
 * Another `ormlet` than the one that is installed, for cells and for the files that they import: the one that
 * a learner assembled. The kernel's specification names its folder in this variable.
 */
export const packageVariable = "ORMLET_PACKAGE";

/** The folder of the other package; undefined when none is named, or it is not there any more. */
export function otherPackage(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = env[packageVariable];
  return folder && existsSync(join(folder, "dist/index.js")) ? folder : undefined;
}

/** Where the compiler of cells finds the types of the other package: its option `paths`. */
export function pathsTo(folder: string): Record<string, string[]> {
  const types = join(folder, "dist");
  return {
    ormlet: [`${types}/index.d.ts`],
    "ormlet/notebook": [`${types}/notebook/index.d.ts`],
    "ormlet/internal/*": [`${types}/*.d.ts`],
  };
}

type Resolve = (request: string, parent: unknown, ...rest: unknown[]) => string;

/** Has every `require("ormlet")` of this process find the other package. */
export function redirectTo(folder: string): void {
  // Not in the public types: how Node.js turns what a module asks for into a path.
  const resolver = Module as unknown as { _resolveFilename: Resolve };
  const original = resolver._resolveFilename;
  // A package may ask for itself by its name, so the request is as if one of its own files made it.
  const inside = new Module(join(folder, "package.json"));
  inside.filename = inside.id;
  resolver._resolveFilename = (request, parent, ...rest) => {
    const isIt = request === "ormlet" || request.startsWith("ormlet/");
    return original.call(Module, request, isIt ? inside : parent, ...rest);
  };
}
