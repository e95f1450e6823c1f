import { createReadStream, statSync } from "node:fs";
import { labLog } from "./jupyter.js";

/**
 * Follows JupyterLab's messages and calls back when a kernel died without being asked to. (Jupyter
 * starts it anew by itself, and the notebook shows only a short notice.)
 *
 * @returns a function that ends the watching
 */
export function watchKernels(died: () => void): () => void {
  let seen = 0;
  const look = () => {
    const { size } = statSync(labLog, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size <= seen) return;
    const part = createReadStream(labLog, { start: seen, end: size - 1, encoding: "utf8" });
    seen = size;
    let text = "";
    part.on("data", (chunk) => {
      text += chunk;
    });
    part.on("end", () => {
      if (/KernelRestarter: restarting kernel \(1\//.test(text)) died();
    });
    part.on("error", () => {});
  };
  const timer = setInterval(look, 1000);
  timer.unref();
  return () => clearInterval(timer);
}
