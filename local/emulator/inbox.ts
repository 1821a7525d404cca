import { createHash } from "node:crypto";
import * as z from "zod";

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly sentAt: string;
}

const MiniStackInbox = z.object({
  messages: z.record(
    z.string(), // by account
    z.array(
      z.object({
        MessageId: z.string(),
        Source: z.string(),
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        BodyHtml: z.string().nullish(),
        Timestamp: z.union([z.number(), z.string()]),
      }),
    ),
  ),
});

const LocalStackInbox = z.object({
  messages: z.array(
    z.object({
      Id: z.string(),
      Source: z.string(),
      Destination: z.object({ ToAddresses: z.array(z.string()).default([]) }),
      Subject: z.string().default(""),
      Body: z.object({ text_part: z.string().nullish(), html_part: z.string().nullish() }).default({}),
      Timestamp: z.string(),
    }),
  ),
});

/** Mails the emulator took from SES, newest first. MiniStack and LocalStack keep them under different names. */
export async function listMails(endpoint: string): Promise<readonly Mail[]> {
  const mails = (await readMiniStack(endpoint)) ?? (await readLocalStack(endpoint));
  return mails.sort((a, b) => b.sentAt.localeCompare(a.sentAt));
}

async function readMiniStack(endpoint: string): Promise<Mail[] | undefined> {
  const response = await fetch(`${endpoint}/_ministack/ses/messages`);
  const inbox = MiniStackInbox.safeParse(await readJson(response));
  if (!inbox.success) return undefined;
  return Object.values(inbox.data.messages)
    .flat()
    .map((mail) => ({
      id: shortId(mail.MessageId),
      from: mail.Source,
      to: mail.To,
      subject: mail.Subject,
      text: mail.BodyText || mail.BodyHtml || "",
      sentAt: readTime(mail.Timestamp),
    }));
}

async function readLocalStack(endpoint: string): Promise<Mail[]> {
  const inbox = LocalStackInbox.parse(await readJson(await fetch(`${endpoint}/_aws/ses`)));
  return inbox.messages.map((mail) => ({
    id: shortId(mail.Id),
    from: mail.Source,
    to: mail.Destination.ToAddresses,
    subject: mail.Subject,
    text: mail.Body.text_part || mail.Body.html_part || "",
    sentAt: readTime(mail.Timestamp),
  }));
}

const readJson = (response: Response): Promise<unknown> => (response.ok ? response.json() : Promise.resolve(undefined));
const shortId = (id: string) => createHash("sha256").update(id).digest("base64url").slice(0, 12);
const readTime = (time: number | string) => new Date(typeof time === "number" ? time * 1000 : time).toISOString();
