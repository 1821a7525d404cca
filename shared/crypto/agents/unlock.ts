import { concat, u32, u64 } from "../encoding/bytes.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import type { KemKeys } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import type { AgentPlace } from "./agent-identity.ts";
import type { BootKeys } from "./attestor.ts";

/**
 * What a proven container is given to become the agent: OCM1 under "unlock", to its boot key, signed by the user's device.
 *
 *   plaintext  AIS 32 ‖ SK 32 ‖ stateSeq 8 ‖ stateHash 32 ‖ config length 4 ‖ config
 *   context    tid 16 ‖ uid 16 ‖ agentId 16 ‖ H(proof) 32 ‖ bootEdPub 32
 *
 * A first start has stateSeq 0 and zeros for SK and stateHash: there is nothing to open yet.
 */
export interface Unlock {
  readonly ais: Key;
  readonly stateKey: Key;
  readonly stateSeq: number;
  readonly stateHash: Uint8Array;
  readonly config: Uint8Array;
}

/** The proof hash and the boot keys as the sender saw them; the container knows its own. */
type BootProof = Pick<BootKeys, "proofHash" | "signKey">;

export function sealUnlock(unlock: Unlock, place: AgentPlace, boot: BootKeys, device: SignKeys): Uint8Array {
  const state = [u64(unlock.stateSeq), checked(unlock.stateHash, 32)];
  const plaintext = concat(
    ...[asKey(unlock.ais), asKey(unlock.stateKey), ...state],
    ...[u32(unlock.config.length), unlock.config],
  );
  const sealing = { purpose: "unlock", context: contextOf(place, boot) } as const;
  return sealTo({ ...sealing, recipient: boot.kemKey, sender: device }, plaintext);
}

export interface UnlockParties {
  readonly boot: BootProof;
  readonly bootKem: KemKeys;
  readonly device: SignPublicKey;
}

export function openUnlock(bytes: Uint8Array, place: AgentPlace, { boot, bootKem, device }: UnlockParties): Unlock {
  const sealing = { purpose: "unlock", context: contextOf(place, boot) } as const;
  const reader = readerOf(openSealedTo({ ...sealing, recipient: bootKem, sender: device }, bytes));
  const unlock: Unlock = {
    ais: asKey(reader.take(32)),
    stateKey: asKey(reader.take(32)),
    stateSeq: reader.u64(),
    stateHash: reader.take(32),
    config: reader.take(reader.u32()),
  };
  reader.end();
  return unlock;
}

function contextOf({ tid, uid, agentId }: AgentPlace, { proofHash, signKey }: BootProof): Uint8Array {
  const ids = [boundId("tenant", tid), boundId("user", uid), boundId("agent", agentId)];
  return concat(...ids, checked(proofHash, 32), signKey);
}
