import { useMutation } from "@tanstack/react-query";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";

/** Both passphrases are variables of the mutation, so it is forgotten at once. */
export const useChangePassphrase = () =>
  useMutation({
    mutationFn: ({ present, next }: { present: string; next: string }) => vaultWays.changePassphrase(present, next),
    gcTime: 0,
  });
