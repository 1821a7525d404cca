import { ApiError } from "#shared/client/api-client.ts";
import { identity, session } from "../../lib/api.ts";

export type Redeemed =
  | { readonly kind: "signed-in" }
  | { readonly kind: "code"; readonly code: string; readonly device: string };

/** Trades the secret for a session; a browser that did not ask for the link gets the six digits instead. */
export async function redeemSecret(secret: string): Promise<Redeemed> {
  try {
    session.keep(await identity.redeemLink({ secret }));
    return { kind: "signed-in" };
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "link.other_browser") throw error;
    const { code, device } = await identity.showLinkCode({ secret });
    return { kind: "code", code, device };
  }
}
