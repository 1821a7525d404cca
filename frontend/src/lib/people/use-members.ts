import type { Member } from "#shared/contracts/tenants.ts";
import { tenants } from "../api.ts";
import { useWhole } from "./use-whole.ts";

export const MEMBERS = ["members"] as const;

/** Everybody in the organisation. */
export const useMembers = () => useWhole<Member>(MEMBERS, tenants.listMembers);
