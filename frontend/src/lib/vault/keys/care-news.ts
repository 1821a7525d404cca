import type { KeyAge } from "#shared/client/vault/keys/key-age.ts";
import type { Which } from "#shared/client/vault/state.ts";
import { makeStore } from "../../agent-session/view/store.ts";

/** What is done for the key of a vault, and what stands in its way. */
export interface Care {
  readonly which: Which;
  /** Null for one's own. */
  readonly name: string | null;
  readonly does:
    | { readonly is: "changing"; readonly due: NonNullable<KeyAge["due"]>; readonly days: number }
    | { readonly is: "sealing"; readonly done: number; readonly of: number };
  readonly trouble?: { readonly error: unknown; readonly isTriedAgain: boolean };
}

/** The vaults that are in work, or could not be worked on. */
export const careNews = makeStore<readonly Care[]>([]);
