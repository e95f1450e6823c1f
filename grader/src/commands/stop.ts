import type { Command } from "commander";
import { runningServer, stopServer } from "../server/index.js";
import { runningLab } from "../setup/jupyter.js";

export function register(program: Command): void {
  program.command("stop").description("stop the MySQL that the course keeps running").action(stop);
}

async function stop(): Promise<void> {
  const server = await runningServer();
  const stopped = await stopServer();
  if (stopped)
    console.log("MySQL has been stopped; its data are gone. The next npm start makes a new one.");
  else if (server) console.log("The MySQL of ORMLET_DATABASE_URL is yours and was left running.");
  else console.log("No MySQL of the course was running.");
  if (await runningLab()) console.log("JupyterLab still runs: press Ctrl-C where npm start runs.");
}
