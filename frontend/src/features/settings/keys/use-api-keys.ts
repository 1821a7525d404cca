import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Id } from "#shared/ids.ts";
import { identity } from "../../../lib/api.ts";
import type { Scope } from "./describe-scope.ts";

const KEYS = ["api-keys"] as const;

export interface KeyWish {
  readonly name: string;
  readonly scopes: Scope[];
  readonly expiresInDays: number | null;
}

export const useApiKeys = () =>
  useQuery({ queryKey: KEYS, queryFn: async () => (await identity.listApiKeys({})).items });

/** The answer holds the secret. It stays in the mutation, in memory, until the dialog that shows it is closed. */
export function useCreateApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: KeyWish) => identity.createApiKey(wish),
    gcTime: 0,
    onSettled: () => client.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeApiKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (apiKeyId: Id<"apiKey">) => identity.revokeApiKey({ apiKeyId }),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS }),
  });
}
