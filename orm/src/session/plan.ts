import type { CompiledSql, Dialect, DriverResult } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import type { KeyPair } from "../mapping/relationship-keys.js";
import type { Column, Table } from "../mapping/table.js";
import type { SessionState } from "./state.js";

/** The foreign key of `child` takes its values from `parent`; null means that there is no parent any more. */
export interface RowDependency {
  readonly child: Instance;
  readonly parent: Instance | null;
  readonly columns: readonly KeyPair[];
}

/**
 * A row of a many-to-many table to add or to remove. Its columns take their values from the two ends. With one
 * end only, all rows of that end are removed, however many there are.
 */
export interface LinkChange {
  readonly table: Table;
  readonly action: "add" | "remove";
  readonly ends: readonly {
    readonly instance: Instance;
    readonly columns: readonly { readonly link: Column; readonly end: Column }[];
  }[];
}

/** What a session asks of relationships, which are built on a later floor. */
export interface RelationshipPlan {
  /** Before the work of a flush is gathered: marks what is deleted along with the rest, and loads it for that. */
  prepare(state: SessionState): Promise<void>;
  /**
   * The objects that come into the session with this one (the cascade save-update).
   * @param changedOnly only by relationships that changed since the last flush.
   */
  related(instance: Instance, changedOnly: boolean): Iterable<Instance>;
  /** The foreign keys that follow from the relationships of these objects. */
  dependencies(changed: Iterable<Instance>): RowDependency[];
  /** The rows of many-to-many tables that follow from them. */
  links(changed: Iterable<Instance>): LinkChange[];
}

/** The plan of a session whose classes have no relationships. */
export const noRelationships: RelationshipPlan = {
  prepare: async () => {},
  related: () => [],
  dependencies: () => [],
  links: () => [],
};

/** What a flush has to do, in no order. */
export interface Work {
  readonly inserts: readonly Instance[];
  readonly updates: readonly Instance[];
  readonly deletes: readonly Instance[];
  readonly dependencies: readonly RowDependency[];
  readonly links: readonly LinkChange[];
}

/** Rows of one table that can go in one statement, as far as their order matters. */
export interface RowStep {
  readonly kind: "insert" | "update" | "delete";
  readonly table: Table;
  readonly rows: readonly Instance[];
  /** Foreign keys of these rows that are filled in before the statement is sent. */
  readonly dependencies: readonly RowDependency[];
  /** Foreign keys that an INSERT leaves NULL, because the other row is not there yet. An UPDATE comes later. */
  readonly postponed: readonly RowDependency[];
}

/** Rows of one many-to-many table that are added or removed. */
export interface LinkStep {
  readonly kind: "link" | "unlink";
  readonly table: Table;
  readonly rows: readonly LinkChange[];
}

export type FlushStep = RowStep | LinkStep;

/** The steps of a flush, in the order in which they are sent. Plain data, so that it can be drawn. */
export interface FlushPlan {
  readonly steps: readonly FlushStep[];
}

/** What an UPDATE of a row is made of, or a DELETE. */
export interface Writing {
  /** The columns that get the values of the program. */
  readonly set: readonly Column[];
  /** Those that the server counts up by one. */
  readonly count: readonly Column[];
  /** Those by whose values the row is found: its key first. */
  readonly where: readonly Column[];
}

/** Says how a row is written whose columns `changed` have new values; none of them for a DELETE. */
export type WriteRule = (row: Instance, changed: readonly Column[]) => Writing;

/** A row is found by its key, whatever became of it meanwhile. */
export const byKey: WriteRule = ({ mapper }, changed) => ({
  set: changed,
  count: [],
  where: mapper.table.primaryKey,
});

/** What a flush needs of a connection: rows come as the driver gives them. */
export interface FlushConnection {
  readonly dialect: Dialect;
  /** {@link byKey} when it is not given. */
  readonly writing?: WriteRule;
  /** Called before the rows of a step are written; gives what is called when they were. */
  readonly tell?: (step: RowStep) => (() => void) | undefined;
  run(compiled: CompiledSql): Promise<DriverResult>;
}
