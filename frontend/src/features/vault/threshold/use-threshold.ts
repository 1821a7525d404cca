import { useQuery } from "@tanstack/react-query";
import type { ThresholdVault } from "#shared/client/vault/openings/threshold-vault.ts";
import type { Id } from "#shared/ids.ts";
import { useOpenVaults } from "../../../lib/vault/items/use-vaults.ts";

/** A vault that several open together, as this account sees it; undefined while its code is on its way. */
export function useThreshold(vaultId: Id<"vault">): ThresholdVault | undefined {
  const load = useOpenVaults();
  const vault = useQuery({
    queryKey: ["threshold-vault", vaultId],
    queryFn: async () => (await load?.())?.threshold(vaultId) ?? null,
    gcTime: 0,
    structuralSharing: false, // it is made of functions
  });
  return vault.data ?? undefined;
}
