import { ApiError } from "#shared/client/api-client.ts";
import { identity, session } from "../../lib/api.ts";
import { tellConfirmed } from "../../lib/still-you.ts";

export type Redeemed =
  | { readonly kind: "signed-in" }
  | { readonly kind: "confirmed" }
  | { readonly kind: "code"; readonly code: string; readonly device: string };

/**
 * Trades the secret for a session, or confirms the one there is; a browser that did not ask for the link gets the six
 * digits instead.
 */
export async function redeemSecret(secret: string): Promise<Redeemed> {
  try {
    if (await confirm(secret)) return { kind: "confirmed" };
    session.keep(await identity.redeemLink({ secret }));
    return { kind: "signed-in" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "link.other_browser") throw error;
    const { code, device } = await identity.showLinkCode({ secret });
    return { kind: "code", code, device };
  }
}

const NOBODY = ["auth.required", "session.ended", "link.other_address"];

/** Whoever is signed in here keeps their session. False where nobody is, or somebody else than the link is for. */
async function confirm(secret: string): Promise<boolean> {
  if ((await session.token()) === undefined) return false;
  try {
    session.keep(await identity.confirmLink({ secret }));
  } catch (error) {
    if (error instanceof ApiError && NOBODY.includes(error.code)) return false;
    throw error;
  }
  tellConfirmed();
  return true;
}
