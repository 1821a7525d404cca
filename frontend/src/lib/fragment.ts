let secret: string | undefined;

/**
 * Takes the secret of a link or an invite out of the address before anything else runs, so that it stays in no history,
 * bookmark or copied address. A fragment is never sent to a server.
 */
export function takeFragment(): void {
  if (!["/link", "/invite"].includes(location.pathname) || location.hash.length < 2) return;
  secret = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}

export const readSecret = (): string | undefined => secret;
