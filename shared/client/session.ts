import type { AccessToken } from "#shared/contracts/identity.ts";

/** What a session needs of the world, so that it can be held against a test's clock and server. */
export interface SessionPort {
  /** Trades the cookie for a token; undefined when the session has ended. Throws when nothing answered. */
  readonly refresh: () => Promise<AccessToken | undefined>;
  /** Runs one at a time over all tabs or processes: the cookie is rotated, so two must not trade the same one. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  readonly now: () => number;
  /** Is told each token that is held from now on; undefined when there is none any more. */
  readonly onChange?: (token: AccessToken | undefined) => void;
}

export interface Session {
  readonly token: () => Promise<string | undefined>;
  /** A new token before the old one's time: the service knows something else of this session now. */
  readonly renew: () => Promise<void>;
  readonly keep: (token: AccessToken) => void;
  readonly forget: () => void;
}

const EARLY_MS = 60_000; // a token this close to its end is replaced before it is used

/**
 * The access token, in memory only. Callers who ask while it is being renewed share one renewal; what was kept or forgotten meanwhile
 * counts more than its answer, which may name the organisation that was left.
 */
export function makeSession(port: SessionPort): Session {
  let held: AccessToken | undefined;
  let renewal: Promise<void> | undefined;
  let changes = 0;

  const isFresh = (token: AccessToken) => Date.parse(token.expiresAt) - EARLY_MS > port.now();
  const hold = (token: AccessToken | undefined) => {
    held = token;
    changes += 1;
    port.onChange?.(token);
  };
  const renew = async () => {
    const before = changes;
    const renewed = await port.alone(port.refresh);
    if (changes === before) hold(renewed);
  };

  const renewOnce = () => {
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return renewal;
  };

  return {
    token: async () => {
      if (held && isFresh(held)) return held.accessToken;
      await renewOnce();
      return held?.accessToken;
    },
    renew: renewOnce,
    keep: hold,
    forget: () => hold(undefined),
  };
}
