import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { demandSuccession, type ManifestPin } from "#shared/crypto/vault/manifest.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { readBetween, type VaultApi, type VaultHead } from "./head.ts";

/**
 * What a member sees of a vault, as a line to be sent to another by any way that the platform does not carry: the ends of its manifests
 * and of its chain. Two to whom the platform shows two different vaults find that out with one such line; nothing that it carries itself
 * can tell them, since it may keep their words apart as it keeps their vaults apart.
 */
export const checkpointOf = ({ vaultId, manifest, chain }: VaultHead): string =>
  [vaultId, ...endOf({ seq: manifest.manifest.seq, hash: manifest.hash }), ...endOf(chain)].join(".");

const endOf = ({ seq, hash }: ManifestPin): string[] => [String(seq), encodeBase64url(hash)];

/** same: both see one vault · earlier: the other's is a beginning of this one · later: the other has seen more than this device is shown. */
export type Compared = "same" | "earlier" | "later";

export const COMPARED_SAYS = {
  same: "The same: both of you see one vault.",
  earlier: "One vault: they have not seen the latest of it yet.",
  later:
    "They have seen more of it than you are shown. If that is still so in a minute, something is withheld from you.",
} as const satisfies Record<Compared, string>;

/** @throws crypto.rollback where the two are no longer one vault; as `readCheckpoint` */
export async function compareCheckpoint(api: VaultApi, head: VaultHead, text: string): Promise<Compared> {
  const theirs = readCheckpoint(head.vaultId, text);
  const { manifest, chain } = head;
  const [seq, chainSeq] = [manifest.manifest.seq, chain.seq];
  const step = chain.steps[theirs.chain.seq - 1];
  demand(step === undefined || equalConstantTime(step.hash, theirs.chain.hash), "crypto.rollback");
  if (theirs.manifest.seq > seq || theirs.chain.seq > chainSeq) return "later";
  demandSuccession(manifest, await readBetween(api, head.vaultId, theirs.manifest.seq, manifest), theirs.manifest);
  return theirs.manifest.seq === seq && theirs.chain.seq === chainSeq ? "same" : "earlier";
}

/** A line that another member sent. @throws crypto.format for none; crypto.context for another vault's */
export function readCheckpoint(vaultId: Id<"vault">, text: string) {
  const [of, ...ends] = text.trim().split(".");
  demand(idOf("vault").safeParse(of).success && ends.length === 4, "crypto.format");
  demand(of === vaultId, "crypto.context");
  const [seq, hash, chainSeq, chainHash] = ends;
  return { manifest: readEnd(seq, hash), chain: readEnd(chainSeq, chainHash) };
}

function readEnd(seq = "", hash = ""): ManifestPin {
  demand(/^[1-9]\d{0,14}$/.test(seq), "crypto.format");
  const bytes = decodeBase64url(hash);
  demand(bytes.length === 32, "crypto.format");
  return { seq: Number(seq), hash: bytes };
}
