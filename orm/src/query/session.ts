import { hasBrand } from "../engine/brand.js";
import type { SqlResult, Statement } from "../engine/index.js";
import type { Executable, Result } from "../session/index.js";
import type { MappedClass } from "../session/load.js";
import { Session as RowSession } from "../session/session.js";
import type { SessionState } from "../session/state.js";
import { type Explanation, explain } from "./explain.js";
import { newQuery, type Query } from "./query.js";
import { executeWrite } from "./synchronize.js";
import type { WriteStatement } from "./write.js";

/** The session of chapter 3, with what queries add: statements that write, `query`, and `explain`. */
export class Session extends RowSession {
  /** @internal */
  declare readonly state: SessionState;

  /**
   * Sends a statement. `insert`, `update`, `deleteFrom` and a raw one are sent at once; of a `select` comes a
   * {@link Result}, sent when it is read. Objects whose rows an `update` or a `deleteFrom` finds follow.
   */
  override execute<R>(statement: Executable<R>): Result<R>;
  override execute<R>(statement: Statement<R>): Promise<SqlResult<R>>;
  override execute<R>(
    statement: Executable<R> | Statement<R>,
  ): Promise<SqlResult<never>> | Promise<SqlResult<R>> | Result<R> {
    return hasBrand(statement, "write")
      ? executeWrite(this.state, statement as unknown as WriteStatement)
      : super.execute(statement);
  }

  /** The classic form of `select`: `session.query(Author).filterBy({ name: "Ada" }).first()`. */
  query<E extends object>(entity: MappedClass<E>): Query<E> {
    return newQuery(this, entity);
  }

  /** How the database would run a statement; the statement itself is not run. */
  explain(statement: Statement<unknown>): Promise<Explanation> {
    return explain(statement, this);
  }
}
