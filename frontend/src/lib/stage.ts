import { useQuery } from "@tanstack/react-query";
import * as z from "zod";

const Local = z.object({ stage: z.literal("local"), mailboxUrl: z.string().startsWith("/") });
export type Local = z.infer<typeof Local>;

/** Where a local product is served (local/proxy/origin.ts). That it is one softens a warning, so its word alone is not believed. */
const HOSTS: readonly string[] = ["127.0.0.1", "localhost"];

/** What a local product says of itself; null on a deployed one, and until it is known. */
export function useLocal(): Local | null {
  const { data } = useQuery({ queryKey: ["local"], queryFn: findLocal, staleTime: Number.POSITIVE_INFINITY });
  return data ?? null;
}

/** False until it is known. */
export const useIsLocal = (): boolean => useLocal() !== null;

export async function findLocal(): Promise<Local | null> {
  if (!HOSTS.includes(location.hostname)) return null;
  const response = await fetch("/local.json");
  return Local.safeParse(await response.json().catch(() => null)).data ?? null;
}
