import { newId } from "#shared/ids.ts";
import type { Names } from "./route-samples.ts";

/** Well-formed names of nothing at all. */
export function inventNames(at: Date, more: Partial<Names> = {}): Names {
  return {
    tenantId: newId("tenant", at),
    userId: newId("user", at),
    agentId: newId("agent", at),
    sessionId: newId("session", at),
    apiKeyId: newId("apiKey", at),
    inviteId: newId("invite", at),
    inviteSecret: "A".repeat(43),
    linkSecret: "B".repeat(43),
    linkId: newId("link", at),
    deviceId: newId("device", at),
    slotId: newId("slot", at),
    messageId: newId("message", at),
    frameId: newId("frame", at),
    vaultId: newId("vault", at),
    itemId: newId("item", at),
    openingId: newId("opening", at),
    grantId: newId("grant", at),
    useId: newId("use", at),
    shareId: newId("share", at),
    shareSetId: newId("shareSet", at),
    recoveryId: newId("recovery", at),
    enrolmentId: newId("enrolment", at),
    ...more,
  };
}
