import { escapeHtml, type Letter } from "#platform/services/mail.ts";

/** The secret stands in the fragment, which no server sees: a scanner that fetches the address uses nothing up. */
export function writeLinkLetter(to: string, origin: string, secret: string, device: string): Letter {
  const url = `${origin}/link#${secret}`;
  const asked = `Someone, we hope you, asked to sign in to OCMT, or to confirm something there, from ${device}.`;
  const terms =
    "The link works once, for 15 minutes. Opened anywhere else, it shows six digits to type where you asked for it.";
  const ignore = "If it was not you, do nothing: without this link nobody gets in.";
  return {
    to,
    subject: "Your sign-in link for OCMT",
    text: `${asked}\n\nSign in: ${url}\n\n${terms}\n${ignore}\n`,
    html: `<p>${escapeHtml(asked)}</p><p><a href="${escapeHtml(url)}">Sign in to OCMT</a></p><p>${terms}<br>${ignore}</p>`,
  };
}
