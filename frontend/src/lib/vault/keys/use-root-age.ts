import { useQuery } from "@tanstack/react-query";
import { keyring } from "../../api.ts";
import { useMe } from "../../use-me.ts";

/** Since when the account has its present root, and whether that is more than a year. */
export function useRootAge() {
  const { me } = useMe();
  return useQuery({
    queryKey: ["keyring", "root-age", me?.userId],
    enabled: me !== undefined,
    staleTime: 3_600_000,
    queryFn: async () => {
      if (!me) return null;
      const { isRootDue, rootSince } = await import("#shared/client/rotation/root-age.ts");
      const { bundles } = await keyring.getIdentity({ userId: me.userId });
      const since = rootSince(bundles);
      return since ? { since: since.toISOString(), isDue: isRootDue(since, new Date()) } : null;
    },
  });
}
