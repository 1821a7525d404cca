import { concat, u64 } from "../encoding/bytes.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import type { KemKeys, KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import type { ExpectedState } from "./state.ts";

/**
 * The key of one sealed state, on its way from the agent that drew it to the user who may open it: OCM1 under "state-key",
 * to the user's IKkem, signed by the agent.
 *
 *   plaintext SK 32        context tid 16 ‖ agentId 16 ‖ stateSeq 8 ‖ stateHash 32
 *
 * It lies beside the state, and is noise to everyone but the user. The state's own number and hash are in the context, so a
 * key cannot be shown with another state.
 */
export function sealStateKey(
  stateKey: Key,
  state: ExpectedState,
  parties: { readonly user: KemPublicKey; readonly agent: SignKeys },
): Uint8Array {
  const sealing = { purpose: "state-key", context: contextOf(state) } as const;
  return sealTo({ ...sealing, recipient: parties.user, sender: parties.agent }, asKey(stateKey));
}

export function openStateKey(
  bytes: Uint8Array,
  state: ExpectedState,
  parties: { readonly user: KemKeys; readonly agent: SignPublicKey },
): Key {
  const sealing = { purpose: "state-key", context: contextOf(state) } as const;
  return asKey(openSealedTo({ ...sealing, recipient: parties.user, sender: parties.agent }, bytes));
}

function contextOf({ tid, agentId, stateSeq, stateHash }: ExpectedState): Uint8Array {
  return concat(boundId("tenant", tid), boundId("agent", agentId), u64(stateSeq), checked(stateHash, 32));
}
