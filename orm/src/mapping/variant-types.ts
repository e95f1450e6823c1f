import type { HybridColumns, Hybrids } from "./hybrid.js";
import type {
  ColumnKeys,
  Declarations,
  Init,
  Mapped,
  MappedColumns,
  MappedObject,
  PlainObject,
  RelationshipKeys,
  Value,
} from "./mapped-types.js";
import type { AnyClass } from "./mapper.js";
import type { Path } from "./path.js";
import type { Rel } from "./relationship.js";
import type { TableOptions } from "./table.js";

/**
 * The column that says of which class a row is, where one table has the rows of several classes: a class, the root, and
 * its variants. The program never sets it. SQLAlchemy's `polymorphic_on` and `polymorphic_identity`.
 * @example
 * ```ts
 * class Employee extends Base.mapped(
 *   "employees",
 *   { id: integer().primaryKey(), kind: varchar(20), name: varchar(100) },
 *   { discriminator: { column: "kind", value: "employee" } },
 * ) {}
 * class Manager extends Employee.variant("manager", { budget: decimal(10, 2) }) {}
 * await Base.metadata.createAll(engine);
 *
 * session.addAll([new Employee({ name: "Ada" }), new Manager({ name: "Grace", budget: "9.00" })]);
 * await session.commit();
 * const all = await session.scalars(select(Employee).orderBy(Employee.c.id)).all();
 * console.log(all.map((one) => [one.name, one.kind, one instanceof Manager && one.budget]));
 * // [ [ 'Ada', 'employee', false ], [ 'Grace', 'manager', '9.00' ] ]
 * console.log(select(Manager.c.name).toSql(engine.dialect));
 * // {
 * //   text: 'SELECT `employees`.`name` FROM `employees` WHERE `employees`.`kind` = ?',
 * //   parameters: [ 'manager' ]
 * // }
 * ```
 */
export interface Discriminator<K extends string = string> {
  /** The property of the column. */
  readonly column: K;
  /** What it says of a row of the root itself; left out, only variants have rows. */
  readonly value?: string;
}

/** The class that `mapped` gives: one with a discriminator has `variant`. */
export type MappedBy<D, T extends string, H, K extends string> = [K] extends [never]
  ? Mapped<D, T, H>
  : MappedRoot<D, T, H, K>;

/** The class that `mapped` gives for a table that it shares with its variants. `K` is the discriminator. */
export interface MappedRoot<D, T extends string, H, K extends string>
  extends Pick<Mapped<D, T, H>, "c" | "r">,
    HasVariants<T, PlainObject<D>> {
  new (...init: InitArguments<Init<Omit<D, K>>>): MappedObject<D, T> & Readonly<H>;
}

/** What a constructor takes: nothing is needed where every value can be left out. */
export type InitArguments<I> = object extends I ? [init?: I] : [init: I];

/** A class whose rows can be of other classes as well. `P` is what `toObject` gives of it. */
export interface HasVariants<T extends string, P = object> {
  /**
   * A class to extend, for rows of the same table: it has all that this class has, its methods too, and columns and
   * relationships of its own. In the table these columns can be NULL, as other rows have none. Declare all variants
   * before the first object is made, and name them to `Base.configure` before rows are loaded. Variants can have
   * variants.
   * @param value what the discriminator says of a row of the class.
   * @throws ArgumentError `variant-property`, `variant-late` or `discriminator`.
   * @example
   * ```ts
   * class Employee extends Base.mapped(
   *   "employees",
   *   { id: integer().primaryKey(), kind: varchar(20), name: varchar(100) },
   *   { discriminator: { column: "kind", value: "employee" } },
   * ) {
   *   greet(): string {
   *     return `I am ${this.name}.`;
   *   }
   * }
   * class Manager extends Employee.variant("manager", { budget: decimal(10, 2) }) {}
   * class Director extends Manager.variant("director", { car: varchar(20).nullable() }) {}
   * Base.configure(Employee, Manager, Director);
   *
   * const ada = new Director({ name: "Ada", budget: "9.00" });
   * console.log(ada.greet(), ada instanceof Manager); // I am Ada. true
   * console.log(ada); // Director { kind: 'director', name: 'Ada', budget: '9.00', car: null }
   * ```
   */
  variant<C extends VariantParent, D extends Declarations, H = Record<never, never>>(
    this: C,
    value: string,
    declarations: D,
    options?: VariantOptions<C, D, T, H>,
  ): Variant<C, D, T, H, P>;
}

/** A class that a variant can extend. */
export type VariantParent = AnyClass & { readonly c: object; readonly r: object };

/** What is said of a variant besides: constraints of the table, which can name columns of the parent, and hybrids. */
export interface VariantOptions<C extends VariantParent, D, T extends string, H>
  extends TableOptions<ColumnKeys<D> | (keyof C["c"] & string)> {
  readonly hybrids?: Hybrids<VariantObject<C, D>, VariantColumns<C, D, T>, H>;
}

/** An object of a variant, as far as `C` and `D` say. */
export type VariantObject<C extends VariantParent, D, P = object> = OwnObject<D, P> &
  InstanceType<C>;

/** What a variant adds to an object of its parent. */
export type OwnObject<D, P> = { [K in keyof D]: Value<D[K]> } & {
  readonly lazy: { readonly [K in RelationshipKeys<D>]: Promise<Value<D[K]>> };
  toObject(): PlainObject<D> & P;
};

export type VariantColumns<C extends VariantParent, D, T extends string> = C["c"] &
  MappedColumns<D, T>;

/** The class that `variant` gives, to be extended. */
export type Variant<C extends VariantParent, D, T extends string, H, P = object> = Omit<
  C,
  "prototype" | "c" | "r" | "variant"
> &
  HasVariants<T, PlainObject<D> & P> & {
    new (...init: InitArguments<ParentInit<C> & Init<D>>): VariantObject<C, D, P> & Readonly<H>;
    readonly c: VariantColumns<C, D, T> & HybridColumns<H, T>;
    readonly r: C["r"] & {
      readonly [K in RelationshipKeys<D>]: D[K] extends Rel<infer E, boolean>
        ? Path<VariantObject<C, D>, E, K>
        : never;
    };
  };

/** What the constructor of a variant's parent takes. */
export type ParentInit<C extends VariantParent> = C extends abstract new (
  init: infer I extends object,
) => object
  ? I
  : object;
