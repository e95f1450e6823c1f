import { existsSync } from "node:fs";
import { quiet, type Report } from "../base/report.js";
import { chosenPackageFolder } from "./notebook-package.js";
import { venv } from "./venv.js";

/** Where JupyterLab in `.venv` finds our kernel. */
export const kernelspec = `${venv}/share/jupyter/kernels/ormlet/kernel.json`;

/** Whether the kernel's specification is there. */
export function hasKernel(): boolean {
  return existsSync(kernelspec);
}

/**
 * Installs the kernel's specification into `.venv`. Written each time: it names the checkout's path
 * and Node.js, and either may have moved since.
 */
export async function ensureKernel({ report = quiet }: { report?: Report } = {}): Promise<void> {
  const { installKernel } = await import("../kernel/install.js");
  const ormlet = await chosenPackageFolder();
  const install = () => installKernel(venv, undefined, ormlet);
  if (hasKernel()) await install();
  else await report.step("Installing the TypeScript kernel", install);
}
