import { useQuery } from "@tanstack/react-query";
import { keyring } from "../api.ts";

/** The person's own sealed key slots, as the service keeps them. */
export const useKeyring = () => useQuery({ queryKey: ["keyring", "slots"], queryFn: () => keyring.getKeyring({}) });
