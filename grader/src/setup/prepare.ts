import type { Report } from "../base/report.js";
import { ensureServer, type Server } from "../server/index.js";
import { ensureKernel } from "./kernelspec.js";
import { ensureVenv } from "./venv.js";

/**
 * Makes what a learner needs and is missing: a MySQL, and `.venv` with JupyterLab and the kernel.
 * The two have nothing to do with each other and are made at the same time; when both fail, both
 * are told.
 *
 * @throws Failure or an AggregateError of several
 */
export async function prepare(report: Report): Promise<Server> {
  const jobs = [
    ensureServer({ report }),
    ensureVenv({ report }).then(() => ensureKernel({ report })),
  ] as const;
  const results = await Promise.allSettled(jobs);
  const errors = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, "Several steps failed.");
  return jobs[0];
}
