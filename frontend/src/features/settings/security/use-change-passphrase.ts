import { useMutation } from "@tanstack/react-query";
import { changeVaultPassphrase } from "../../../lib/vault/ways/change.ts";

/** Both passphrases are variables of the mutation, so it is forgotten at once. */
export const useChangePassphrase = () =>
  useMutation({
    mutationFn: ({ present, next }: { present: string; next: string }) => changeVaultPassphrase(present, next),
    gcTime: 0,
  });
