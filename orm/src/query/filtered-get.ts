import type { ExprNode } from "../mapping/expression.js";
import { type Instance, instanceOf } from "../mapping/instance.js";
import type { Mapper } from "../mapping/mapper.js";
import { fetchNow } from "../session/execute.js";
import { loadByKey } from "../session/load.js";
import type { SessionState } from "../session/state.js";
import { isFiltered } from "./filters.js";
import { columnOf } from "./joins.js";
import { type LockNode, newSelect } from "./nodes.js";
import { Select } from "./select.js";

/** As `loadByKey`, unless a filter hides the row, or it is another variant's: SELECT books.id, … FROM books WHERE books.id = ? AND … */
export async function loadVisible(
  state: SessionState,
  mapper: Mapper,
  values: readonly unknown[],
  lock?: LockNode,
): Promise<Instance | undefined> {
  const isWhole = mapper.parent === undefined;
  if (isWhole && !isFiltered(state, mapper)) return loadByKey(state, mapper, values);
  const where = mapper.table.primaryKey.map((column): ExprNode => {
    const value = { kind: "value", value: values[column.position], type: column.type } as const;
    return { kind: "compare", operator: "=", left: columnOf(mapper, column), right: value };
  });
  const query = new Select<object>(newSelect([{ kind: "entity", mapper }], { where, lock }));
  const [object] = await fetchNow(state, query.compile(state.engine.dialect, state.filters));
  return object && instanceOf(object);
}
