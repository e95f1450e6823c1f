import type { WrongAnswer } from "../../wrong.js";

export const answers: WrongAnswer[] = [
  {
    name: "decodes the whole URL before it is cut",
    change: [["pattern.exec(url)?.groups", "pattern.exec(decodeURIComponent(url))?.groups"]],
    fails: ["decodes each part after it was cut"],
    says: /An encoded @, : or \/ in a user or password is part of it, not its end/,
  },
  {
    name: "leaves the port to a number that may be absent",
    change: [["parts.port ? Number(parts.port) : databases[dialect].port", "Number(parts.port)"]],
    fails: ["fills in what is absent"],
    says: /Without a port it is the database's own/,
  },
  {
    name: "cuts a parameter at each =",
    change: [
      [
        'const [name = "", ...value] = pair.split("=");',
        'const [name = "", value = ""] = pair.split("=");',
      ],
      ['decode(value.join("="), url)', "decode(value, url)"],
    ],
    fails: ["reads the parameters"],
    says: /A value may be encoded, and may hold a second =/,
  },
  {
    name: "takes any port",
    change: [
      [
        '  if (port > 65535) throw badUrl(url, `the port ${port} is above 65535`, "MySQL\'s is 3306.");\n',
        "",
      ],
    ],
    fails: ["refuses what it cannot use, and says so"],
    says: /a port above 65535/,
  },
];
