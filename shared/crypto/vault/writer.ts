import { equalConstantTime } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { type ChainState, keyGenAt, memberAt } from "./chain.ts";
import type { Manifest, ManifestPin, ReadManifest } from "./manifest.ts";
import { may, type Rights } from "./rights.ts";

/** How many items a manifest says there are, and how many were removed. */
export type Counts = Pick<Manifest, "items" | "removed">;

/**
 * That a manifest was signed by somebody who might write it where it stands in the chain, and knows every step that was made before it.
 * What it counts is its writer's word: whoever reads all items holds them against it.
 * @param before what the manifest it goes on from counts, where that is known: no item goes without being counted as removed
 * @throws crypto.context
 */
export function demandWriter(state: ChainState, { manifest }: ReadManifest, before: Counts | undefined): void {
  const { chainSeq, writer, seq } = manifest;
  const known = state.steps[chainSeq - 1];
  demand(known !== undefined && equalConstantTime(known.hash, manifest.chainHash), "crypto.context");
  const member = memberAt(state, writer, chainSeq);
  demand(member !== undefined && equalConstantTime(member.bundleHash, manifest.bundleHash), "crypto.context");
  demand(manifest.keyGen === keyGenAt(state, chainSeq), "crypto.context");
  demand(may(member.rights, "write"), "crypto.context");
  demand(before === undefined || isCountedOn(manifest, before, member.rights), "crypto.context");
  const missed = state.steps.find(({ step }) => step.seq > chainSeq && step.manifest.seq < seq);
  demand(missed === undefined, "crypto.context");
}

function isCountedOn(now: Counts, before: Counts, rights: Rights): boolean {
  const isKept = now.items + now.removed >= before.items + before.removed;
  return isKept && (now.removed === before.removed || (now.removed > before.removed && may(rights, "delete")));
}

/** That the steps were made on top of the manifests there are. @throws crypto.rollback where another manifest stands in a step's place */
export function demandSteppedOn(state: ChainState, { seq, hash }: ManifestPin): void {
  const same = state.steps.find(({ step }) => step.manifest.seq === seq);
  demand(!same || equalConstantTime(same.step.manifest.hash, hash), "crypto.rollback");
  demand(
    state.steps.every(({ step }) => step.manifest.seq <= seq),
    "crypto.rollback",
  );
}
