import { useMutation } from "@tanstack/react-query";
import type { AccountPlace } from "#shared/client/keyring.ts";
import { type Factor, unlockVault } from "../../../lib/vault/vault.ts";

export interface WayProps {
  readonly place: AccountPlace;
}

/** The factor is a variable of the mutation, so it is forgotten at once. */
export const useUnlock = ({ place }: WayProps) =>
  useMutation({
    mutationFn: async (factor: Factor | (() => Promise<Factor>)) =>
      unlockVault(place, typeof factor === "function" ? await factor() : factor),
    gcTime: 0,
  });
