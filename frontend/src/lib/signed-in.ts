import type { AccessToken } from "#shared/contracts/identity.ts";

const KEY = "ocmt.signed-in";

/** Notes for all tabs until when the newest token holds, and never the token. Signing in in one is heard in the others. */
export function noteSession(token: AccessToken | undefined): void {
  if (token) localStorage.setItem(KEY, token.expiresAt);
  else localStorage.removeItem(KEY);
}

/** A browser in which nobody signed in has no cookie to trade: the service is not asked. */
export const maybeSignedIn = (): boolean => localStorage.getItem(KEY) !== null;

/** Tells when another tab of this browser signed in. Returns how to stop. */
export function onSignIn(tell: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === KEY && newValue !== null) tell();
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}
