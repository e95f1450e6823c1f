import type { Report } from "../src/base/report.js";
export function progress(options?: { stream?: NodeJS.WriteStream; patience?: number }): Report;
