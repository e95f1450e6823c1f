import { deadlockUse, errorUses, type Use, type Uses } from "./use.js";

const fragment: Use = {
  code: `
const one = new Fragment<{ one: number }>([{ kind: "text", text: "SELECT 1 AS one" }]);
const theirEngine = ormlet.createEngine(theirUrl);
const [row] = await theirEngine.execute(one);
const [sum] = await theirEngine.execute(ormlet.sql\`SELECT (\${one}) + \${1} AS two\`);
await theirEngine.dispose();
const exact: number | undefined = row?.one;
console.log(exact, sum, pictures.showSql(one).toString(), brands.hasBrand(one, "fragment"));`,
  prints: "1 { two: 2 } SELECT 1 AS one true",
};

const engine: Use = {
  code: `
const theirs = ormlet.createEngine(theirUrl);
const mine: ormlet.Engine = new Engine(theirs.url, (theirs as unknown as Engine).state);
const theirSession = new ormlet.Session(mine);
const rows = await theirSession.execute(ormlet.sql\`SELECT 1 AS one\`);
await theirSession.close();
await mine.dispose();
console.log(rows, mine.pool.open);`,
  prints: "[ { one: 1 } ] 0",
};

const connection: Use = {
  code: `
const theirEngine = ormlet.createEngine(theirUrl);
const theirs = await theirEngine.connect();
const mine = new Connection((theirs as unknown as Connection).state);
const same: ormlet.Connection = mine;
const rows = await connections.executeStatement(mine.state, ormlet.sql\`SELECT 1 AS one\`);
console.log(rows, same.dialect.name);
await mine.close();
await theirEngine.dispose();`,
  prints: "[ { one: 1 } ] mysql",
  notTaken: "Functions of this floor take its `state`.",
};

const rowBatches: Use = {
  code: `
const { EventEmitter: Events } = await import("node:events");
const handedOn: number[] = [];
const mine = new RowBatches((rows) => handedOn.push(rows.length));
const command = new Events();
commands.eachRow(command as commands.ReadCommand, undefined, mine);
for (let row = 1; row <= 600; row += 1) command.emit("result", [row]);
mine.handOn();
console.log(handedOn, mine.taken);`,
  prints: "[ 500, 100 ] 600",
};

const errors =
  "OrmletError ArgumentError InvalidRequestError PoolTimeoutError DatabaseError IntegrityError " +
  "OperationalError ProgrammingError DataError";

export const engineUses: Uses = {
  ...errorUses("engine/errors.ts", errors),
  "engine/errors.ts#DeadlockError": deadlockUse,
  "engine/sql.ts#Fragment": fragment,
  "engine/engine.ts#Engine": engine,
  "engine/connection.ts#Connection": connection,
  "engine/mysql-stream.ts#RowBatches": rowBatches,
};
