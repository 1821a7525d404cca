import { useQuery } from "@tanstack/react-query";
import { listCandidates, reviewHolders } from "#shared/client/vault/openings/holders.ts";
import type { OpenQuorum } from "#shared/crypto/vault/chain.ts";
import { useMembers } from "../../../lib/people/use-members.ts";
import { useOpenVaults } from "../../../lib/vault/items/use-vaults.ts";

/** The owners and admins, with what is known of their keys. */
export function useCandidates() {
  const { key, read } = usePeople();
  return useQuery({
    queryKey: ["candidates", key],
    enabled: read !== undefined,
    retry: false,
    queryFn: async () => {
      if (!read) throw new Error("the vault is locked");
      const { people, members } = await read();
      return listCandidates(people, members);
    },
  });
}

/** Whose share of this set is of no use any more, and which set would put it right. */
export function useReview(quorum: OpenQuorum) {
  const { key, read } = usePeople();
  return useQuery({
    queryKey: ["holders", quorum.set.setId, key],
    enabled: read !== undefined,
    retry: false,
    queryFn: async () => {
      if (!read) throw new Error("the vault is locked");
      const { people, members } = await read();
      return reviewHolders(people, quorum, members);
    },
  });
}

function usePeople() {
  const load = useOpenVaults();
  const members = useMembers().data;
  const key = members?.map(({ userId, role }) => `${userId} ${role}`).join();
  const read = load && members && (async () => ({ people: (await load()).people, members }));
  return { key, read };
}
