import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

const Inbox = z.object({
  messages: z.array(
    z.object({ To: z.array(z.string()), Subject: z.string(), BodyText: z.string(), Timestamp: z.number() }),
  ),
});

/** The newest mail to an address that holds a link with a secret in its fragment; waits for it to arrive. */
export async function readLink(endpoint: string, to: string, path: "link" | "invite", sinceMs = 0): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const inbox = Inbox.parse(await (await fetch(`${endpoint}/_ministack/ses/messages`)).json());
    const mails = inbox.messages.filter((mail) => mail.To.includes(to) && mail.Timestamp * 1000 >= sinceMs);
    for (const { BodyText } of mails.sort((a, b) => b.Timestamp - a.Timestamp)) {
      const secret = new RegExp(`/${path}#([A-Za-z0-9_-]{43})`).exec(BodyText)?.[1];
      if (secret) return secret;
    }
    await sleep(100);
  }
  throw new Error(`no ${path} arrived for ${to}`);
}
