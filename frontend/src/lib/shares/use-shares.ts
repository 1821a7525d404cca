import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { SharedItem } from "#shared/client/shares/open-share.ts";
import type { Revoked, Shares, Terms } from "#shared/client/shares/shares.ts";
import type { Share } from "#shared/contracts/shares.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { sharesApi } from "../api.ts";
import { useOpenVault } from "../vault/items/use-vaults.ts";
import type { ItemsView, VaultItems } from "../vault/items/vault-items.ts";

const RECEIVED = ["shares", "received"] as const;
const LOOK_MS = 20_000; // the other side answers, opens and takes back
const givenKey = (vaultId: Id<"vault">) => ["shares", "given", vaultId] as const;

/** The shares of the open account; their code comes when one is looked at. */
function useShares(): () => Promise<Shares> {
  const vault = useOpenVault();
  return async () => {
    if (!vault) throw new Error("the vault is locked");
    return vault.vaults.shares();
  };
}

/** The items that others share with one, and those one is offered. */
export const useReceived = () =>
  useQuery({
    queryKey: RECEIVED,
    queryFn: async () => (await sharesApi.listReceived({})).items,
    refetchInterval: LOOK_MS,
  });

/** What an accepted one is called. What was read is secret, and goes with the page that shows it. */
export function useSharedName({ id, version, state }: Share) {
  const shares = useShares();
  return useQuery({
    queryKey: ["shares", "name", id, version],
    enabled: state === "accepted",
    retry: false,
    gcTime: 0,
    queryFn: async () => (await (await shares()).name(id)).entry.name,
  });
}

export function useAnswerShare() {
  const client = useQueryClient();
  const shares = useShares();
  return useMutation({
    mutationFn: async ({ id, answer }: { id: Id<"share">; answer: "accept" | "decline" }) =>
      (await shares()).answer(id, answer),
    onSettled: () => client.invalidateQueries({ queryKey: RECEIVED }),
  });
}

/** Counts as an open. */
export function useOpenShare() {
  const client = useQueryClient();
  const shares = useShares();
  return useMutation({
    mutationFn: async (id: Id<"share">): Promise<SharedItem> => (await shares()).open(id),
    onSettled: () => client.invalidateQueries({ queryKey: RECEIVED }),
    gcTime: 0,
  });
}

/** Those of a vault that its members have given. */
export function useGiven(vaultId: Id<"vault"> | undefined) {
  const shares = useShares();
  return useQuery({
    queryKey: givenKey(vaultId ?? "vlt_"),
    enabled: vaultId !== undefined,
    queryFn: async () => (vaultId ? (await shares()).given(vaultId) : []),
    refetchInterval: LOOK_MS,
  });
}

export function useGive(items: VaultItems, itemId: Id<"item">) {
  const client = useQueryClient();
  const shares = useShares();
  return useMutation({
    mutationFn: async (terms: Terms) => (await shares()).give(await items.book(), itemId, terms),
    onSettled: async () => client.invalidateQueries({ queryKey: givenKey((await items.book()).vaultId) }),
  });
}

export function useRevoke(items: VaultItems) {
  const client = useQueryClient();
  const shares = useShares();
  return async (share: Share): Promise<Revoked> => {
    try {
      return await (await shares()).revoke(await items.book(), share);
    } finally {
      await client.invalidateQueries({ queryKey: givenKey((await items.book()).vaultId) });
      await items.refresh(); // it has another version
    }
  };
}

/** Wherever a vault is open, who its items are shared with are given what these are now. */
export function useRenewedShares(items: VaultItems | undefined, { is, items: listed, head }: ItemsView): void {
  const shares = useShares();
  const latest = useRef(shares);
  latest.current = shares;
  const mayShare = is === "whole" && head !== undefined && may(head.rights, "share");
  useEffect(() => {
    if (!mayShare || !items || listed.length === 0) return;
    const renew = async () => (await latest.current()).renew(await items.book());
    void renew().catch(() => undefined); // what is behind says so to who opens it, and is renewed the next time
  }, [items, listed, mayShare]);
}
