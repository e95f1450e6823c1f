import { existsSync } from "node:fs";

/** A way as its name and the file with its `open`. */
export interface NamedWay {
  readonly name: string;
  readonly file: URL;
}

/** What all others are compared with. */
export const base = "by-hand";

const own = [base, "limit", "ormlet"];

const peers = [
  "kysely",
  "knex",
  "objection",
  "drizzle",
  "typeorm",
  "sequelize",
  "mikroorm",
  "prisma",
];

/** Whether the peers are installed, in this folder's own node_modules. */
export function hasPeers(): boolean {
  // Compiled, this file lies one folder deeper.
  return ["node_modules", "../node_modules"].some((folder) =>
    existsSync(new URL(`${folder}/kysely`, import.meta.url)),
  );
}

/**
 * The ways of these names, the base first; of no names, all that can run here.
 * @throws Error that says which names there are.
 */
export function findWays(names: readonly string[]): NamedWay[] {
  const known = [...own, ...peers];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`No way ${unknown}; there are ${known.join(", ")}.`);
  const all = hasPeers() ? known : own;
  const wanted = names.length === 0 ? all : known.filter((name) => names.includes(name));
  return [base, ...wanted.filter((name) => name !== base)].map((name) => {
    const folder = own.includes(name) ? "ways" : "peers";
    return { name, file: new URL(`${folder}/${name}.js`, import.meta.url) };
  });
}
