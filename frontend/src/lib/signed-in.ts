import { isSignedOut } from "#shared/client/api-client.ts";
import { makeSession, type Session, type SessionPort } from "#shared/client/session.ts";
import type { AccessToken } from "#shared/contracts/identity.ts";

const KEY = "ocmt.signed-in";
const readNote = () => localStorage.getItem(KEY);
const removeNote = () => localStorage.removeItem(KEY);

/** A browser in which nobody signed in has no cookie to trade: the service is not asked. */
export const mayBeSignedIn = (): boolean => readNote() !== null;

interface TabPort extends Pick<SessionPort, "alone" | "now"> {
  /** Trades the cookie for a token; throws when there is none to trade. */
  readonly trade: () => Promise<AccessToken>;
}

/**
 * The session of this tab, with a note for all tabs of until when the newest token holds, and never the token. The note goes where it
 * is known to be wrong, and not where nothing was asked: another tab may have written it since.
 */
export function makeTabSession({ trade, alone, now }: TabPort): Session {
  let isHeld = false;
  const session = makeSession({
    refresh: async () => {
      if (!isHeld && !mayBeSignedIn()) return undefined;
      const noted = readNote();
      try {
        return await trade();
      } catch (error) {
        if (!isSignedOut(error)) throw error;
        if (readNote() === noted) removeNote();
        return undefined;
      }
    },
    ...{ alone, now },
    onChange: (token) => {
      isHeld = token !== undefined;
      if (token) localStorage.setItem(KEY, token.expiresAt);
    },
  });
  const forget = () => {
    session.forget();
    removeNote();
  };
  return { ...session, forget };
}

/** Tells when another tab of this browser signed in. Returns how to stop. */
export function onSignIn(tell: () => void): () => void {
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === KEY && newValue !== null) tell();
  };
  addEventListener("storage", hear);
  return () => removeEventListener("storage", hear);
}
