import type { Explanation } from "../query/explain.js";
import { cut, type Displayable, display, plainSql, remark } from "./display.js";
import { hue } from "./svg.js";
import { drawTree, type TreeColumn, type TreeNode, treeText } from "./tree.js";

const columns: readonly TreeColumn[] = [
  { title: "rows", align: "right" },
  { title: "cost", align: "right" },
];

/**
 * How the database would run a statement, as a tree: `explainTree(await explain(select(Book), engine))`. Each step
 * gets its rows from the steps below it. A step that reads a whole table is orange, one that finds rows by an
 * index green; beside each stand the server's guesses of the rows that it gives, and of what that costs.
 * @example
 * ```ts
 * const explained = await session.explain(select(Book).where(Book.c.title.eq("Emma")));
 * console.log(String(explainTree(explained)).length > 0); // true
 * ```
 */
export function explainTree({ text }: Pick<Explanation, "text">): Displayable {
  const roots = planOf(text).filter(
    ({ label }) => label !== "<not executable by iterator executor>",
  );
  const [root] = roots;
  if (root === undefined) {
    const shown = "The server tells no plan of this statement.";
    return display(remark(shown), shown);
  }
  const tree = roots.length === 1 ? root : { label: "Statement", notes: [], children: roots };
  const drawn = drawTree(tree, columns, "How the database would run a statement");
  return display(drawn, treeText(tree, columns));
}

type Step = TreeNode & { readonly children: Step[] };

/** `-> Filter: (…)  (cost=0.55 rows=1)`; of two costs, for the first row and for all, the second one. */
const stepForm = /^( *)-> (.*?)(?: +\(cost=(?:[\d.e+]+\.\.)?([\d.e+]+) rows=([\d.e+]+)\))?\s*$/s;

/** The steps of EXPLAIN FORMAT=TREE, indented by four for each level. A text in one of them can hold line breaks. */
function planOf(text: string): Step[] {
  const roots: Step[] = [];
  const open: Step[] = [];
  for (const line of text.split(/\n(?= *-> )/)) {
    const found = stepForm.exec(line);
    if (found === null) continue;
    const [, space = "", label = "", cost = "", rows = ""] = found;
    const depth = Math.min(Math.floor(space.length / 4), open.length);
    const step = stepOf(label, [rows, cost]);
    (open[depth - 1]?.children ?? roots).push(step);
    open.splice(depth, open.length, step);
  }
  return roots;
}

function stepOf(label: string, notes: readonly string[]): Step {
  return { label: cut(plainSql(label), 100), notes, color: colorOf(label), children: [] };
}

/** A temporary table, such as `<subquery2>`, has no index to be found by, so its scan is nothing to be cured. */
function colorOf(label: string): string | undefined {
  if (/^(?:Table|Index) scan on [^<]/.test(label)) return hue.orange;
  return /index (?:lookup|range scan|skip scan)/i.test(label) ? hue.green : undefined;
}
