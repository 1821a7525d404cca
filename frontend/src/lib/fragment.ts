import type { Id } from "#shared/ids.ts";

const PLACES = { "/link": "link", "/invite": "invite" } as const;
type Kind = (typeof PLACES)[keyof typeof PLACES];

const held = new Map<Kind, string>();

/** What `takeFragment` needs of the window. */
export interface AddressBar {
  readonly pathname: string;
  readonly hash: string;
  readonly replace: (address: string) => void;
}

/**
 * Takes the secret of a link or an invite out of the address before anything else runs, so that it stays in no history,
 * bookmark or copied address. A fragment is never sent to a server.
 */
export function takeFragment({ pathname, hash, replace }: AddressBar = addressBar()): void {
  const kind = Object.entries(PLACES).find(([path]) => path === pathname)?.[1];
  if (!kind || hash.length < 2) return;
  held.set(kind, hash.slice(1));
  replace(pathname);
}

export const readSecret = (kind: Kind): string | undefined => held.get(kind);

/** The invite was answered, or cannot be. */
export function forgetInvite(): void {
  held.delete("invite");
}

/** A link that was sent, and that digits may be typed for. */
export interface SentLink {
  readonly email: string;
  readonly linkId: Id<"link">;
  /** A link was sent before it. */
  readonly isAgain: boolean;
}

declare module "@tanstack/history" {
  interface HistoryState {
    /** The page that was asked for by somebody who is not signed in. */
    wanted?: string;
    sent?: SentLink | undefined;
  }
}

/** Where one goes who has just signed in: on with the invite that was opened before, then to the page that was asked for. */
export const wayOn = (wanted: string | undefined): string => (held.has("invite") ? "/invite" : (wanted ?? "/home"));

const addressBar = (): AddressBar => ({
  pathname: location.pathname,
  hash: location.hash,
  replace: (address) => history.replaceState(null, "", address),
});
