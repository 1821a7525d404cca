import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { readEnv } from "../env.ts";

export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mail {
  send(letter: Letter): Promise<void>;
}

export function sesMail(client: Pick<SESv2Client, "send"> = new SESv2Client({})): Mail {
  const { MAIL_FROM } = readEnv("MAIL_FROM");
  return {
    async send({ to, subject, text, html }) {
      const part = (Data: string) => ({ Data, Charset: "UTF-8" });
      await client.send(
        new SendEmailCommand({
          FromEmailAddress: MAIL_FROM,
          Destination: { ToAddresses: [to] },
          Content: { Simple: { Subject: part(oneLine(subject)), Body: { Text: part(text), Html: part(html) } } },
        }),
      );
    },
  };
}

/** A subject may carry a name that a person chose: no line break of it may begin another header (THREATS H06). */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").slice(0, 200);

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text a person chose, for use in a letter's HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? "");
