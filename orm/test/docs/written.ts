import { writtenUrl } from "./programs.js";

/** What a program printed, with the server and the database named as the documentation names them. */
export function asWritten(text: string, url: string): string {
  const [own, written] = [new URL(url), new URL(writtenUrl)];
  const databases = [own, written].map(({ pathname }) => pathname.slice(1)) as [string, string];
  return text
    .replaceAll(own.host, written.host)
    .replaceAll(databases[0], databases[1])
    .replaceAll(/'(\w+)'@'[^']+'/g, "'$1'@'localhost'")
    .replaceAll(/\d+\.\d ms/g, "… ms");
}
