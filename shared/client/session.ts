import type { AccessToken } from "#shared/contracts/identity.ts";

/** What a session needs of the world, so that it can be held against a test's clock and server. */
export interface SessionPort {
  /** Trades the cookie for a token; undefined when the session has ended. Throws when nothing answered. */
  readonly refresh: () => Promise<AccessToken | undefined>;
  /** Runs one at a time over all tabs or processes: the cookie is rotated, so two must not trade the same one. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
}

export interface Session {
  readonly token: () => Promise<string | undefined>;
  readonly keep: (token: AccessToken) => void;
  readonly forget: () => void;
}

const EARLY_MS = 60_000; // a token this close to its end is replaced before it is used

/** The access token, in memory only. Callers who ask while it is being renewed share one renewal. */
export function makeSession(port: SessionPort): Session {
  let held: AccessToken | undefined;
  let renewal: Promise<AccessToken | undefined> | undefined;

  const isFresh = (token: AccessToken) => Date.parse(token.expiresAt) - EARLY_MS > port.now();
  const renew = () => {
    renewal ??= port.alone(port.refresh).finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  return {
    token: async () => {
      if (!held || !isFresh(held)) held = await renew();
      return held?.accessToken;
    },
    keep: (token) => {
      held = token;
    },
    forget: () => {
      held = undefined;
    },
  };
}
