import type { contracts, Domain } from "#shared/contracts/index.ts";
import type { Id } from "#shared/ids.ts";

/** Ids of things that exist for someone: a test fills them with its own, another tenant's or nobody's. */
export interface Names {
  readonly tenantId: Id<"tenant">;
  readonly userId: Id<"user">;
  readonly agentId: Id<"agent">;
  readonly sessionId: Id<"session">;
  readonly apiKeyId: Id<"apiKey">;
  readonly inviteId: Id<"invite">;
  readonly inviteSecret: string;
  readonly linkSecret: string;
  readonly linkId: Id<"link">;
  readonly deviceId: Id<"device">;
  readonly slotId: Id<"slot">;
  readonly messageId: Id<"message">;
  readonly frameId: Id<"frame">;
}

type Sample = (names: Names) => Record<string, unknown>;

const nothing: Sample = () => ({});
const agent: Sample = ({ agentId }) => ({ agentId });
const keyring =
  (slotSeq: number): Sample =>
  ({ slotId }) => ({
    slots: [{ id: slotId, type: "passphrase", blob: "AAAA" }],
    slotSeq,
    slotSet: "AAAA",
    rootGeneration: 1,
    rootPub: "AAAA",
    identity: "AAAA",
    bundle: "AAAA",
  });

/**
 * A well-formed input for every route there is, naming what it is given. A route that is not here does not compile and
 * fails the generated attacks (THREATS E01).
 */
export const SAMPLES: { readonly [D in Domain]: { readonly [R in keyof (typeof contracts)[D]]: Sample } } = {
  identity: {
    requestLink: () => ({ email: "ann@example.org" }),
    showLinkCode: ({ linkSecret }) => ({ secret: linkSecret }),
    redeemLink: ({ linkSecret }) => ({ secret: linkSecret }),
    redeemCode: ({ linkId }) => ({ linkId, code: "123456" }),
    refresh: nothing,
    signOut: nothing,
    switchTenant: ({ tenantId }) => ({ tenantId }),
    me: nothing,
    listSessions: nothing,
    revokeSession: ({ sessionId }) => ({ sessionId }),
    revokeOtherSessions: nothing,
    listApiKeys: nothing,
    createApiKey: () => ({ name: "ci", scopes: ["tenant:read"], expiresInDays: 30 }),
    revokeApiKey: ({ apiKeyId }) => ({ apiKeyId }),
    jwks: nothing,
    openapi: nothing,
  },
  tenants: {
    checkSlug: () => ({ slug: "some-name" }),
    create: () => ({ name: "New", slug: "new-one" }),
    get: nothing,
    rename: () => ({ name: "New", version: 1 }),
    listMembers: () => ({ limit: 10 }),
    changeRole: ({ userId }) => ({ userId, role: "observer", version: 1 }),
    removeMember: ({ userId }) => ({ userId }),
    invite: () => ({ emails: ["carol@example.org"], role: "member" }),
    listInvites: () => ({ limit: 10 }),
    resendInvite: ({ inviteId }) => ({ inviteId }),
    cancelInvite: ({ inviteId }) => ({ inviteId }),
    showInvite: ({ inviteSecret }) => ({ secret: inviteSecret }),
    acceptInvite: ({ inviteSecret }) => ({ secret: inviteSecret }),
    declineInvite: ({ inviteSecret }) => ({ secret: inviteSecret }),
  },
  vault: {
    getKeyring: nothing,
    createKeyring: keyring(1),
    changeKeyring: keyring(2),
    recordRecoveryCheck: nothing,
    addDevice: ({ deviceId }) => ({ id: deviceId, name: "Laptop", cert: "AAAA" }),
    listDevices: nothing,
  },
  agents: {
    checklist: nothing,
    create: () => ({ name: "Agent" }),
    list: () => ({ limit: 10 }),
    get: agent,
    rename: ({ agentId }) => ({ agentId, name: "Other", version: 1 }),
    wake: agent,
    pause: agent,
    stop: agent,
    remove: agent,
    launch: agent,
    getEnvelope: agent,
    putEnvelope: ({ agentId }) => ({ agentId, blob: "AAAA", version: 1 }),
    listEvents: ({ agentId }) => ({ agentId, limit: 10 }),
  },
  tasks: {
    exchange: ({ linkSecret }) => ({ ticket: linkSecret, bootSignPub: "AAAA", bootKemPub: "AAAA" }),
    renew: nothing,
    relayTicket: nothing,
    report: () => ({ fact: "ready" }),
    uploadState: () => ({ seq: 1, bytes: 10 }),
    commitState: () => ({ seq: 1, hash: "AAAA", bytes: 10, sealedKey: "AAAA", final: false }),
    getState: nothing,
    appendJournal: () => ({ stateSeq: 0, entries: [{ seq: 1, blob: "AAAA" }] }),
    readJournal: () => ({ stateSeq: 0, after: 0 }),
    readQueue: nothing,
    ackQueue: ({ frameId }) => ({ ids: [frameId] }),
  },
  chat: {
    relayTicket: ({ agentId, deviceId }) => ({ agentId, deviceId }),
    enqueue: ({ agentId, messageId }) => ({ agentId, messageId, blob: "AAAA" }),
  },
};
