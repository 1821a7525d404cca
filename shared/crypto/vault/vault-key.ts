import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, u32 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveBytes, deriveKey } from "../primitives/kdf.ts";
import { makeKey } from "../primitives/random.ts";
import type { KeyCommits } from "./chain-step.ts";

/**
 * [Note: vault keys]
 *
 *   VK_g   32 bytes, random, one for each generation of a vault
 *     → entryKek    wraps the keys of entries: who has it can list
 *     → contentKek  wraps the keys of contents: who has it can read
 *     → commit 32   stands in the signed chain, so that whoever is handed a VK_g knows that it is the one everybody has
 *   entryKek → commit 32   likewise, for whoever is handed that key alone
 *
 * Each by HKDF(VK_g, "ocmt/v1/<purpose>\0" ‖ tid 16 ‖ vault 16 ‖ gen 4). Source: PROTOCOL 3.3.
 */
export interface VaultPlace {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly keyGen: number;
}

export interface VaultKeys extends VaultPlace {
  readonly entryKek: Key;
  /** None for a member who may list and not read. */
  readonly contentKek: Key | undefined;
}

export const makeVaultKey = (): Key => makeKey();

function deriveVaultKeys(vaultKey: Key, place: VaultPlace): VaultKeys {
  const context = contextOf(place);
  const ikm = asKey(vaultKey);
  const { tid, vaultId, keyGen } = place;
  return {
    ...{ tid, vaultId, keyGen },
    entryKek: deriveKey({ purpose: "vault-entries", ikm, context }),
    contentKek: deriveKey({ purpose: "vault-contents", ikm, context }),
  };
}

export function commitsTo(vaultKey: Key, place: VaultPlace): KeyCommits {
  const { entryKek } = deriveVaultKeys(vaultKey, place);
  return { keyCommit: commit("vault-commit", vaultKey, place), entryCommit: commit("entry-commit", entryKek, place) };
}

const commit = (purpose: "vault-commit" | "entry-commit", key: Key, place: VaultPlace): Uint8Array =>
  deriveBytes({ purpose, ikm: asKey(key), context: contextOf(place) }, 32);

/** What a member holds of a generation: the vault key, or the key of entries alone. */
export type HeldKey = { readonly vaultKey: Key } | { readonly entryKek: Key };

/** @throws crypto.commitment for a key that is not the one the chain names */
export function openHeldKey(held: HeldKey, place: VaultPlace, commits: KeyCommits): VaultKeys {
  const { tid, vaultId, keyGen } = place;
  if ("vaultKey" in held) {
    demand(equalConstantTime(commit("vault-commit", held.vaultKey, place), commits.keyCommit), "crypto.commitment");
    return deriveVaultKeys(held.vaultKey, place);
  }
  demand(equalConstantTime(commit("entry-commit", held.entryKek, place), commits.entryCommit), "crypto.commitment");
  return { tid, vaultId, keyGen, entryKek: asKey(held.entryKek), contentKek: undefined };
}

const contextOf = ({ tid, vaultId, keyGen }: VaultPlace): Uint8Array =>
  concat(boundId("tenant", tid), boundId("vault", vaultId), u32(keyGen));
