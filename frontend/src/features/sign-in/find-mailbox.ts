import * as z from "zod";

const Local = z.object({ mailbox: z.literal(true), mailboxUrl: z.string().startsWith("/") });

/** Where the mails of a local product are read; null on a deployed one, which has no such file. */
export async function findMailbox(): Promise<string | null> {
  const response = await fetch("/local.json");
  const found = Local.safeParse(await response.json().catch(() => null));
  return found.success ? found.data.mailboxUrl : null;
}
