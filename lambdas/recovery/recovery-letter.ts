import { escapeHtml, type Letter } from "#platform/services/mail.ts";

/** Says that it was asked and what to do, and nothing of who was asked, with which words, or from where. */
export function writeRecoveryLetter(to: string, origin: string, collectableAt: string): Letter {
  const url = `${origin}/settings/recovery`;
  const asked = "Someone who is signed in as you has asked your recovery contacts to open your vault.";
  const when = `Nothing can be collected before ${collectableAt.slice(0, 16).replace("T", " ")} UTC, and nothing at all unless enough of your contacts agree.`;
  const ifNot =
    "If it was not you: open this page on a device where your vault is open, cancel the recovery, and tell your contacts. Then end the sessions you do not know.";
  return {
    to,
    subject: "A recovery of your vault was started",
    text: `${asked}\n${when}\n\n${ifNot}\n\n${url}\n`,
    html: `<p>${asked}<br>${escapeHtml(when)}</p><p>${ifNot}</p><p><a href="${escapeHtml(url)}">Your recovery page</a></p>`,
  };
}
