import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { LettingMeans, Newcomer } from "#shared/client/enrolment/let-in.ts";
import { enrolments } from "../api.ts";
import { useVault } from "../vault/use-vault.ts";

const NEWS_MS = 30_000; // and at once when somebody turns to this page

/** What an open vault answers with; undefined while it is locked, or while new keys come before anything else. */
function useLetting(): LettingMeans | undefined {
  const vault = useVault();
  if (vault.is !== "open" || vault.mustChangeKeys) return undefined;
  return { api: enrolments, account: vault.account, device: vault.device };
}

/** Devices that ask to be let in, as far as this vault can answer them. The code for it comes with the first that asks. */
export function useNewcomers() {
  const letting = useLetting();
  return useQuery({
    queryKey: ["newcomers", letting?.device.id, letting?.account.root.urkGen],
    enabled: letting !== undefined,
    refetchInterval: NEWS_MS,
    queryFn: async () => {
      const { items } = await enrolments.list({});
      if (!letting || items.every(({ isOwn }) => isOwn)) return [];
      const { newcomersOf } = await import("#shared/client/enrolment/let-in.ts");
      return newcomersOf(items, letting.account);
    },
  });
}

/** Lets in the one whose six words were typed. */
export function useLetIn() {
  const letting = useLetting();
  return useAnswer(async (typed: string) => {
    if (!letting) throw new Error("The vault is locked.");
    const { letNewcomerIn, listNewcomers } = await import("#shared/client/enrolment/let-in.ts");
    return letNewcomerIn(letting, await listNewcomers(letting), typed);
  });
}

export function useTurnAway() {
  const letting = useLetting();
  return useAnswer(async (newcomer: Newcomer) => {
    if (!letting) throw new Error("The vault is locked.");
    const { turnAway } = await import("#shared/client/enrolment/let-in.ts");
    await turnAway(letting, newcomer);
    return newcomer;
  });
}

function useAnswer<T>(work: (input: T) => Promise<Newcomer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    gcTime: 0, // the words were among what was given
    onSettled: () =>
      Promise.all([["newcomers"], ["devices"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
