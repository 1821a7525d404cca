import { type Answers, ok } from "./answers.ts";
import { ago } from "./people-world.ts";
import { type State, statesOf } from "./state.ts";

/** The page is the local product's own, beside the web app; what it holds is prepared. */
const mail = (id: string, subject: string, minutes: number) => ({
  ...{ id, subject, from: "OCMT <no-reply@example.org>", to: ["grace.hopper.of.the.compilers.department@example.org"] },
  text: `Open this link in the browser you asked from:\n\nhttp://127.0.0.1:5210/link#${"Ab3dE5fG7h".repeat(4)}xyz\n\nIt works once, for 15 minutes.\n`,
  sentAt: ago(minutes * 60_000),
});
const mails = [mail("newest", "Your sign-in link", 1), mail("older", "Join Example Works on OCMT", 90)];
const holding = (messages: readonly unknown[]): Answers => ({ "GET /mailbox/messages": ok({ messages }) });

export const MAILBOX: readonly State[] = [
  statesOf("mailbox", "/mailbox")("empty", holding([]), "No mail yet"),
  statesOf("mailbox", "/mailbox#newest")("filled", holding(mails), "It works once"),
];
