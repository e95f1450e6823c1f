import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createEngine, type DatabaseUrl, parseUrl } from "../../src/engine/index.js";
import { errorOf } from "../support.js";

const test = suite("database URLs");

const mysql: DatabaseUrl = {
  dialect: "mysql",
  user: undefined,
  password: undefined,
  host: "localhost",
  port: 3306,
  database: undefined,
  socket: undefined,
  sslMode: undefined,
  sslCa: undefined,
  connectTimeout: undefined,
};

const root = { user: "root", password: "secret" };

const understood: [string, Partial<DatabaseUrl>][] = [
  ["mysql://", {}],
  ["mysql:///library", { database: "library" }],
  [
    "mysql://root:secret@127.0.0.1:3399/library",
    { ...root, host: "127.0.0.1", port: 3399, database: "library" },
  ],
  ["mysql+mysql2://root:secret@db/", { ...root, host: "db" }],
  ["mysql://root@db", { user: "root", host: "db" }],
  ["mysql://root:@db", { user: "root", password: "", host: "db" }],
  ["mysql://root:secret@/library", { ...root, database: "library" }],
  [
    "mysql://a%40b:p%3A%2F%40%25@db/my%20db",
    { user: "a@b", password: "p:/@%", host: "db", database: "my db" },
  ],
  ["mysql://root:secret@[::1]:3307/x", { ...root, host: "::1", port: 3307, database: "x" }],
  ["mysql://db?charset=utf8mb4", { host: "db" }],
  [
    "mysql://db/x?ssl-mode=VERIFY_CA&ssl-ca=%2Fetc%2Fca.pem",
    { host: "db", database: "x", sslMode: "verify_ca", sslCa: "/etc/ca.pem" },
  ],
  ["mysql:///x?socket=/run/mysqld.sock", { database: "x", socket: "/run/mysqld.sock" }],
  ["mysql://db?connect_timeout=2.5", { host: "db", connectTimeout: 2.5 }],
  [
    "postgresql://ada:pw@db/library",
    {
      dialect: "postgresql",
      user: "ada",
      password: "pw",
      host: "db",
      port: 5432,
      database: "library",
    },
  ],
  ["sqlite:///library.db", { dialect: "sqlite", port: 0, database: "library.db" }],
  ["sqlite:////var/library.db", { dialect: "sqlite", port: 0, database: "/var/library.db" }],
  ["sqlite://", { dialect: "sqlite", port: 0 }],
];

for (const [url, expected] of understood) {
  test(`${url} is understood`, () => assert.equal(parseUrl(url), { ...mysql, ...expected }));
}

const refused: [url: string, code: string, message: string][] = [
  ["library", "url", "it is not of the form"],
  ["http//x", "url", "it is not of the form"],
  ["mysql://root:se/cret@db/x", "url", "mysql://root:***@db/x"],
  ["mysql://root:se@cret@db/x", "url", "mysql://root:***@db/x"],
  ["mysql://root:50%@db/x", "url", "% in it is not followed"],
  ["mysql://db:99999/x", "url", "the port 99999"],
  ["oracle://db/x", "url-database", '"oracle"'],
  ["mariadb://root:pw@db/x", "url-database", "Write mysql://root:***@db/x"],
  ["postgres://db/x", "url-database", "Write postgresql://db/x"],
  [
    "mysql+pymysql://root:pw@db/x?charset=utf8mb4",
    "url-driver",
    "Write mysql://root:***@db/x?charset=utf8mb4",
  ],
  ["mysql+mysqlconnector://root:p@ss@db/x", "url-driver", "Write mysql://root:***@db/x"],
  ["mysql+mysqldb://db/x", "url-driver", "Write mysql://db/x"],
  ["mysql+aiomysql://db/x", "url-driver", "Write mysql://db/x"],
  ["postgresql+psycopg2://db/x", "url-driver", "Write postgresql://db/x"],
  ["sqlite+aiosqlite:///x.db", "url-driver", "Write sqlite:///x.db"],
  ["mysql://db/x?ssl_ca=/ca.pem", "url-parameter", "Write ssl-ca=…"],
  ["mysql://db/x?unix_socket=/s", "url-parameter", "Write socket=…"],
  ["mysql://db/x?charset=utf8", "url-parameter", "utf8mb4"],
  ["mysql://db/x?charset=utf8mb4&charset=utf8mb4", "url-parameter", "twice"],
  [
    "mysql://db/x?ssl-mode=PREFERRED",
    "url-parameter",
    "DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY",
  ],
  ["mysql://db/x?connect_timeout=soon", "url-parameter", "number of seconds"],
  ["mysql://db/x?connect_timeout=", "url-parameter", "number of seconds"],
  ["mysql://db/x?pool_size=5", "url-parameter", "Known are charset, ssl-mode"],
];

for (const [url, code, part] of refused) {
  test(`${url} is refused`, async () => {
    const error = await errorOf(() => parseUrl(url));
    assert.is(error.name, "ArgumentError");
    assert.is(error.code, code);
    assert.ok(error.message.includes(part), error.message);
  });
}

test("no password is ever in a message", async () => {
  for (const url of [
    "mysql+pymysql://root:s3cr3t@db/x",
    "mysql+pymysql://root:s3@cr3t@db/x",
    "mysql://root:s3/cr3t@db",
    "mysql://root:s3cr3t@db:99999/x",
    "mysql://root:s3cr3t@db/x?nonsense=1",
    "mysql://db/x?password=s3cr3t",
    "postgresql://root:s3cr3t@db/x",
    "mysql:/root:s3cr3t@db/x",
    "mysql//root:s3cr3t@db/x",
    "mysql:root:s3cr3t@db/x",
    "//root:s3cr3t@db/x",
    "root:s3cr3t@db/x",
    "mysql://ro@ot:s3cr3t@db/x",
    "mysql://root:s3cr3t",
    "mysql://root:s3cr3t/x",
  ]) {
    const { message } = await errorOf(() => createEngine(url));
    assert.not.ok(/s3|cr3t/.test(message), message);
    assert.ok(message.includes("***"), message);
  }
});

test("postgresql and sqlite are recognised and said to come later", async () => {
  for (const url of ["postgresql://db/x", "postgresql+pg://db/x", "sqlite:///x.db", "sqlite://"]) {
    const error = await errorOf(() => createEngine(url));
    assert.is(error.code, "dialect-missing");
    assert.ok(error.message.includes("later version"), error.message);
  }
});

test("an engine shows its URL without the password", () => {
  const engine = createEngine("mysql://root:hush@db/x");
  assert.is(engine.url, "mysql://root:***@db/x");
});

test("unknown and wrong options are refused", async () => {
  const make = (options: unknown) => errorOf(() => createEngine("mysql://db", options as never));
  assert.is((await make({ ecko: true })).code, "engine-option");
  for (const pool of [
    { size: 0 },
    { size: 1.5 },
    { overflow: -1 },
    { timeout: "1" },
    { prePing: 1 },
    { sizes: 1 },
    { timeout: Number.POSITIVE_INFINITY },
  ]) {
    assert.is((await make({ pool })).code, "pool-option", JSON.stringify(pool));
  }
});

test.run();
