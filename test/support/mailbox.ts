import { setTimeout as sleep } from "node:timers/promises";
import { listMails } from "../../local/emulator/inbox.ts";

type Path = "link" | "invite";

/** The secrets of all links that were mailed to an address, newest first. */
export async function listLinks(endpoint: string, to: string, path: Path): Promise<string[]> {
  const link = new RegExp(`/${path}#([A-Za-z0-9_-]{43})`);
  const mails = await listMails(endpoint);
  return mails.filter((mail) => mail.to.includes(to)).flatMap(({ text }) => link.exec(text)?.[1] ?? []);
}

/** What was mailed to an address, newest first. */
export async function listLetters(endpoint: string, to: string): Promise<string[]> {
  const mails = await listMails(endpoint);
  return mails.filter((mail) => mail.to.includes(to)).map(({ text }) => text);
}

/** The secret of the next link that is mailed to an address; waits for one that was not there before. */
export async function readLink(endpoint: string, to: string, path: Path, before: readonly string[] = []) {
  for (let tries = 0; tries < 100; tries++) {
    const secret = (await listLinks(endpoint, to, path)).find((one) => !before.includes(one));
    if (secret) return secret;
    await sleep(100);
  }
  throw new Error(`no ${path} arrived for ${to}`);
}
