import type { CompiledSql, Dialect, DriverResult } from "../engine/index.js";
import type { Instance } from "../mapping/instance.js";
import type { KeyPair } from "../mapping/relationship-keys.js";
import type { Column, Table } from "../mapping/table.js";

/** The foreign key of `child` takes its values from `parent`; null means that there is no parent any more. */
export interface RowDependency {
  readonly child: Instance;
  readonly parent: Instance | null;
  readonly columns: readonly KeyPair[];
}

/** A row of a many-to-many table to add or to remove. Its columns take their values from the two ends. */
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

/** What a flush needs of a connection: rows come as the driver gives them. */
export interface FlushConnection {
  readonly dialect: Dialect;
  run(compiled: CompiledSql): Promise<DriverResult>;
}
