import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { inRoot, root } from "../base/paths.js";
import { kernelMetadata, kernelName } from "./metadata.js";
import { packageVariable } from "./ormlet-package.js";

export { kernelMetadata, kernelName } from "./metadata.js";

/**
 * Runs before the launcher and needs no file: when the course was moved, or was never built, Jupyter
 * would show a stack trace of Node.js instead of what to do.
 */
const guard = [
  "const [, launcher, , root] = process.argv;",
  'if (!require("node:fs").existsSync(launcher)) {',
  '  console.error("The TypeScript kernel cannot start: " + launcher + " is missing.");',
  '  console.error("The course was moved, or it is not built.");',
  '  console.error("Run npm start in " + root + ", or in the folder that the course is in now.");',
  "  process.exit(1);",
  "}",
  'import(require("node:url").pathToFileURL(launcher).href);',
].join("\n");

/**
 * The kernel's specification, which tells Jupyter how to start it.
 *
 * @param node the Node.js that is to run it
 * @param ormlet the folder of another `ormlet` than the finished one, for the cells
 */
export function kernelSpec(node = process.execPath, ormlet?: string): Record<string, unknown> {
  return {
    argv: [
      node,
      // A cell requires packages that are ES modules, of which some versions of Node.js warn.
      "--disable-warning=ExperimentalWarning",
      // Lets an endless loop be ended by force (Node.js would end itself, in some cases).
      "--no-force-async-hooks-checks",
      "-e",
      guard,
      inRoot("grader/dist/kernel/launcher.js"),
      "{connection_file}",
      root,
    ],
    display_name: kernelMetadata.kernelspec.display_name,
    language: kernelMetadata.kernelspec.language,
    ...(ormlet !== undefined && { env: { [packageVariable]: ormlet } }),
    // Not by signal: Node.js loses one that comes just when the first part of a cell ends.
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/**
 * Installs the kernel for the Jupyter whose prefix is given (a virtual environment, say).
 * It names this checkout and this Node.js: install it anew when either has moved.
 *
 * @param prefix where Jupyter is installed, as `sys.prefix` says it
 * @param node the Node.js that is to run it; this one if not given
 * @param ormlet the folder of another `ormlet` than the finished one, for the cells
 * @returns the folder of the specification
 */
export async function installKernel(
  prefix: string,
  node?: string,
  ormlet?: string,
): Promise<string> {
  const folder = `${prefix}/share/jupyter/kernels/${kernelName}`;
  await mkdir(folder, { recursive: true });
  await writeFile(
    `${folder}/kernel.json`,
    `${JSON.stringify(kernelSpec(node, ormlet), null, 2)}\n`,
  );
  // The compiler copies no pictures: they are read from the sources.
  const logos = inRoot("grader/src/kernel/logo");
  for (const name of ["logo-svg.svg", "logo-32x32.png", "logo-64x64.png"]) {
    await copyFile(`${logos}/${name}`, `${folder}/${name}`);
  }
  return folder;
}
