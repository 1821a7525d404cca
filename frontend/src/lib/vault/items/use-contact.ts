import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Contact } from "#shared/client/vault/vaults.ts";
import type { Id } from "#shared/ids.ts";
import { useOpenVaults } from "./use-vaults.ts";

const keyOf = (id: Id<"user">) => ["contact", id] as const;

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

/** verify: both have compared the number · anew: the person says that the new keys are theirs. */
export function useKnowing(id: Id<"user">) {
  const client = useQueryClient();
  const load = useOpenVaults();
  return useMutation({
    mutationFn: async (doing: { readonly verify: Contact } | "anew") => {
      if (!load) throw new Error("the vault is locked");
      const vaults = await load();
      await (doing === "anew" ? vaults.acceptAnew(id) : vaults.verify(doing.verify));
    },
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(id) }),
  });
}
