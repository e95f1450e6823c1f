import type { Expr as Theirs } from "../dist/mapping/expression.js";
import { and, type Expr } from "./woven.js";
declare const id: Theirs<number, false>;
export const condition = and(id.gt(7));
