import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { NumberDiffers } from "#shared/client/people/contacts.ts";
import type { Contact } from "#shared/client/vault/vaults.ts";
import type { Id } from "#shared/ids.ts";
import { useOpenVault, useOpenVaults } from "./use-vaults.ts";

const CONTACTS = ["contact"] as const;
const VERIFIED = [...CONTACTS, "verified"] as const;
const keyOf = (id: Id<"user">) => [...CONTACTS, id] as const;

/** Somebody's keys as this account knows them; an error of PersonChanged where they are not the ones it accepted. */
export function useContact(id: Id<"user">) {
  const load = useOpenVaults();
  return useQuery({
    queryKey: keyOf(id),
    enabled: load !== undefined,
    retry: false,
    queryFn: async (): Promise<Contact> => {
      if (!load) throw new Error("the vault is locked");
      return (await load()).contact(id);
    },
  });
}

/** How many of these people, oneself aside, have a safety number that was not compared; undefined until it is known. */
export function useUnverified(people: readonly Id<"user">[]): number | undefined {
  const vault = useOpenVault();
  const others = people.filter((person) => person !== vault?.account.uid);
  const { data } = useQuery({
    queryKey: VERIFIED,
    enabled: vault !== undefined && others.length > 0,
    queryFn: async () => {
      if (!vault) throw new Error("the vault is locked");
      return (await vault.vaults.load()).verified();
    },
  });
  return others.length === 0 ? 0 : data && others.filter((person) => !data.has(person)).length;
}

/** verify: both have compared the number · number: of new keys, as it was read out · anew: the person says that the new keys are theirs. */
export function useKnowing(id: Id<"user">) {
  const client = useQueryClient();
  const load = useOpenVaults();
  return useMutation({
    mutationFn: async (
      doing: { readonly verify: Contact } | { readonly number: string } | "anew",
    ): Promise<unknown> => {
      if (!load) throw new Error("the vault is locked");
      const vaults = await load();
      if (doing === "anew") return vaults.acceptAnew(id);
      return "number" in doing ? vaults.verifyAnew(id, doing.number) : vaults.verify(doing.verify);
    },
    onSettled: (_, error) => {
      if (error instanceof NumberDiffers) return; // nothing was changed, and what was typed stays to be looked at
      void client.invalidateQueries({ queryKey: VERIFIED });
      return client.invalidateQueries({ queryKey: keyOf(id) });
    },
  });
}
