import { existsSync } from "node:fs";
import { isRoot } from "../server/apt.js";

export { installPackages as installByApt } from "../server/apt.js";

/** Whether this is a Debian or a child of it, where a person with sudo can use apt. */
export function hasApt(): boolean {
  return existsSync("/etc/debian_version") && existsSync("/usr/bin/apt-get");
}

/** Whether packages of Debian or Ubuntu can be installed here without asking. */
export function canInstallByApt(): boolean {
  return hasApt() && isRoot();
}
