import { spawn } from "node:child_process";

/**
 * Opens an address in the browser of the desktop, if there is one. Does not wait and never fails:
 * the address is printed, too.
 *
 * @returns whether a browser was asked
 */
export function openBrowser(address: string): boolean {
  const command = opener();
  if (!command) return false;
  const [program, ...args] = command as [string, ...string[]];
  const child = spawn(program, [...args, address], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
  return true;
}

function opener(): string[] | undefined {
  const { env, platform } = process;
  // Editors that show a remote machine set BROWSER to a program that opens it where the person is.
  if (env.BROWSER) return [env.BROWSER];
  if (platform === "darwin") return ["open"];
  // Not `start`: cmd would take the address apart.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : undefined;
}
