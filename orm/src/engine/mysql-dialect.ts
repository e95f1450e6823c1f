import type { Dialect } from "./dialect.js";
import { mysqlConverter } from "./mysql-values.js";

/** MySQL 8.4 and later: backquotes, `?`, and the same session whatever the server's settings are. */
export const mysqlDialect: Dialect = {
  name: "mysql",
  quote: (name) => `\`${name.includes("`") ? name.replaceAll("`", "``") : name}\``,
  placeholder: () => "?",
  // One statement, so one round trip. The modes are MySQL 8's own defaults: an old or lax server
  // would otherwise cut a long text, or turn a bad date into 0000-00-00, with a warning only.
  setup:
    "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES," +
    "NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  converter: mysqlConverter,
};
