import { setTimeout as sleep } from "node:timers/promises";
import { listMails } from "../../local/emulator/inbox.ts";

/** The newest mail to an address that holds a link with a secret in its fragment; waits for it to arrive. */
export async function readLink(endpoint: string, to: string, path: "link" | "invite", sinceMs = 0): Promise<string> {
  const link = new RegExp(`/${path}#([A-Za-z0-9_-]{43})`);
  for (let tries = 0; tries < 100; tries++) {
    const mails = await listMails(endpoint); // newest first
    for (const mail of mails.filter((one) => one.to.includes(to) && Date.parse(one.sentAt) >= sinceMs)) {
      const secret = link.exec(mail.text)?.[1];
      if (secret) return secret;
    }
    await sleep(100);
  }
  throw new Error(`no ${path} arrived for ${to}`);
}
