import { escapeHtml, type Letter } from "#platform/services/mail.ts";

/** Goes out with every device that is let in, and says nothing of the words or of what was sealed. */
export function writeEnrolmentLetter(to: string, origin: string, name: string): Letter {
  const url = `${origin}/settings/devices`;
  const done = `One of your devices has let another one in to your vault: ${name}.`;
  const ifNot =
    "If it was not you: take that device back on this page, end the sessions you do not know, and change all keys in the settings of your recovery.";
  return {
    to,
    subject: "A device was let in to your vault",
    text: `${done}\n\n${ifNot}\n\n${url}\n`,
    html: `<p>${escapeHtml(done)}</p><p>${ifNot}</p><p><a href="${escapeHtml(url)}">Your devices</a></p>`,
  };
}
