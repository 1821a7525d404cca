import { escapeHtml, type Letter } from "#platform/services/mail.ts";

/** The secret stands in the fragment, so that fetching the address tells no server of it. */
export function writeInviteLetter(to: string, origin: string, secret: string, tenantName: string): Letter {
  const url = `${origin}/invite#${secret}`;
  const asked = `You are invited to join ${tenantName} on OCMT.`;
  const terms = "The invite is open for 7 days, for this address only.";
  return {
    to,
    subject: `Invite to join ${tenantName} on OCMT`,
    text: `${asked}\n\nOpen the invite: ${url}\n\n${terms}\n`,
    html: `<p>${escapeHtml(asked)}</p><p><a href="${escapeHtml(url)}">Open the invite</a></p><p>${terms}</p>`,
  };
}
