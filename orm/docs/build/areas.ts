/** A page of the reference: which folder of `src` it is about, and what stands first on it. */
export interface Area {
  readonly folder: string;
  readonly title: string;
  readonly intro: string;
  /** The names that stand first, in this order; others follow as they are declared. */
  readonly first: readonly string[];
}

/** The chapters of the package, from the bottom up. */
export const areas: readonly Area[] = [
  {
    folder: "engine",
    title: "Engine",
    intro:
      "A database, its connections, and SQL that is written by hand. Errors have pages of their own: [errors](../errors/README.md).",
    first: ["createEngine", "Engine", "Connection", "sql", "EngineOptions", "PoolOptions"],
  },
  {
    folder: "mapping",
    title: "Mapping",
    intro:
      "Classes for tables: columns, constraints, relationships, and the SQL that makes the tables. What a relationship loads and writes stands in [Relationships](relationships.md).",
    first: [
      ...["declarativeBase", "DeclarativeBase", "Metadata"],
      ...[
        "integer",
        "bigint",
        "decimal",
        "double",
        "boolean",
        "varchar",
        "text",
        "date",
        "datetime",
      ],
      ...[
        "json",
        "enumeration",
        "binary",
        "uuid",
        "now",
        "Col",
        "TableOptions",
        "Hybrid",
        "Filter",
        "Discriminator",
        "HasVariants",
      ],
      ...[
        "oneToMany",
        "manyToOne",
        "oneToOne",
        "manyToMany",
        "RelationshipOptions",
        "Collection",
        "Expr",
        "and",
        "or",
        "not",
      ],
    ],
  },
  {
    folder: "session",
    title: "Session",
    intro:
      "A conversation with the database: it knows each row by one object, and writes all that changed at once. How a transaction runs stands in [Integrity](integrity.md).",
    first: [
      "Session",
      "sessionmaker",
      "SessionMaker",
      "SessionOptions",
      "Result",
      "inspect",
      "listen",
    ],
  },
  {
    folder: "query",
    title: "Query",
    intro:
      "Statements as values: a query never changes, each method gives a new one. The methods of a column, such as `eq` and `like`, stand in [Mapping](mapping.md#expr).",
    first: [
      "select",
      "Select",
      "Query",
      "Page",
      "PageOptions",
      "exists",
      "func",
      "caseWhen",
      "cast",
      "literal",
      "expression",
    ],
  },
  {
    folder: "relationships",
    title: "Relationships",
    intro:
      "What is related is loaded when you say so. How relationships are declared stands in [Mapping](mapping.md#onetomany), `session.load` and `session.refresh` in [Session](session.md#session).",
    first: ["selectinload", "SelectinLoad", "joinedload", "raiseload"],
  },
  {
    folder: "integrity",
    title: "Integrity",
    intro:
      "Transactions: isolation, time limits, locks, versions, running again after a deadlock, and one session for each request.",
    first: [
      "BeginOptions",
      "TransactionOptions",
      "Isolation",
      "RowLock",
      "sessionScope",
      "SessionScope",
    ],
  },
  {
    folder: "notebook",
    title: "Notebook",
    intro:
      'Pictures that Jupyter shows as HTML and a terminal as text: `import { table } from "ormlet/notebook"`.',
    first: ["table", "showSql", "classAndTable", "schema", "objectStates"],
  },
];

/** Names whose page is another one than that of the folder in which they are declared last. */
export const moved: Readonly<Record<string, string>> = {
  createEngine: "engine",
  declarativeBase: "mapping",
  Session: "session",
  sessionmaker: "session",
  SessionMaker: "session",
  SessionOptions: "session",
};
