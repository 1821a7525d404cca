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
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly openingId: Id<"opening">;
  readonly grantId: Id<"grant">;
  readonly useId: Id<"use">;
  readonly shareId: Id<"share">;
  readonly shareSetId: Id<"shareSet">;
  readonly recoveryId: Id<"recovery">;
  readonly enrolmentId: Id<"enrolment">;
}

type Sample = (names: Names) => Record<string, unknown>;

const HASH = "A".repeat(43);
const nothing: Sample = () => ({});
const agent: Sample = ({ agentId }) => ({ agentId });
const vault: Sample = ({ vaultId }) => ({ vaultId });
const share: Sample = ({ shareId }) => ({ shareId });
const enrolment: Sample = ({ enrolmentId }) => ({ enrolmentId });
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
    confirmLink: ({ linkSecret }) => ({ secret: linkSecret }),
    confirmCode: ({ linkId }) => ({ linkId, code: "123456" }),
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
  keyring: {
    getKeyring: nothing,
    createKeyring: keyring(1),
    changeKeyring: (names) => ({ ...keyring(2)(names), signed: "AAAA" }),
    finishRotation: () => ({ rootGeneration: 1, signed: "AAAA" }),
    recordRecoveryCheck: () => ({ type: "bip39" }),
    getIdentity: ({ userId }) => ({ userId }),
    addDevice: ({ deviceId }) => ({ id: deviceId, name: "Laptop", cert: "AAAA" }),
    listDevices: nothing,
    revokeDevice: ({ deviceId }) => ({ deviceId, revocations: "AAAA" }),
  },
  vault: {
    listVaults: nothing,
    createVault: ({ vaultId }) => ({
      id: vaultId,
      kind: "personal",
      name: null,
      step: "AAAA",
      manifest: "AAAA",
      key: "AAAA",
    }),
    getVault: vault,
    answerVault: ({ vaultId }) => ({ vaultId, answer: "accept" }),
    putKeys: ({ vaultId, userId }) => ({ vaultId, keyCommit: HASH, keys: [{ userId, key: "AAAA" }], signed: "AAAA" }),
    addSteps: ({ vaultId }) => ({ vaultId, steps: ["AAAA"] }),
    listManifests: ({ vaultId }) => ({ vaultId, after: 0, limit: 10 }),
    listItems: ({ vaultId }) => ({ vaultId, limit: 10 }),
    readBucket: ({ vaultId }) => ({ vaultId, bucket: 7 }),
    getContent: ({ vaultId, itemId }) => ({ vaultId, itemId }),
    startOpening: ({ vaultId, openingId }) => ({ vaultId, id: openingId, request: "AAAA", reasons: [] }),
    listOpenings: vault,
    answerOpening: ({ vaultId, openingId }) => ({ vaultId, openingId, answer: "denied", share: null }),
    uploadFile: ({ vaultId, itemId }) => ({ vaultId, itemId, bytes: 2000 }),
    getFile: ({ vaultId, itemId }) => ({ vaultId, itemId }),
    changeItems: ({ vaultId, itemId }) => ({
      vaultId,
      manifest: "AAAA",
      changes: [{ do: "remove", id: itemId, version: 2 }],
    }),
  },
  shares: {
    listReceived: nothing,
    listGiven: ({ vaultId }) => ({ vaultId, limit: 10 }),
    create: ({ vaultId, itemId, shareId, userId }) => ({
      ...{ vaultId, itemId, id: shareId, to: userId, level: "read", version: 1, chainSeq: 1, sealed: "AAAA" },
      ...{ expiresAt: null, opensMax: null },
    }),
    answer: ({ shareId }) => ({ shareId, answer: "accept" }),
    get: share,
    open: share,
    renew: ({ shareId }) => ({ shareId, version: 2, chainSeq: 1, sealed: "AAAA" }),
    revoke: share,
  },
  recovery: {
    getSet: nothing,
    putSet: ({ shareSetId, slotId, userId }) => ({
      ...{ setId: shareSetId, slotId },
      ...{ threshold: 2, commit: HASH, ownerFingerprint: HASH, bundleHash: HASH, replaces: null },
      shares: [1, 2, 3].map(() => ({ contactId: userId, sealedTo: HASH, share: "AAAA" })),
      signed: "AAAA",
    }),
    removeSet: ({ shareSetId }) => ({ setId: shareSetId, signed: "AAAA" }),
    start: ({ shareSetId }) => ({ setId: shareSetId, ephemeralKey: "AAAA" }),
    list: nothing,
    collect: ({ recoveryId }) => ({ recoveryId }),
    end: ({ recoveryId }) => ({ recoveryId, how: "cancelled", proof: "AAAA" }),
    listHeld: nothing,
    release: ({ userId, recoveryId }) => ({ ownerId: userId, recoveryId, bundleHash: HASH, release: "AAAA" }),
  },
  enrolments: {
    ask: ({ enrolmentId }) => ({ id: enrolmentId, request: "AAAA" }),
    list: nothing,
    get: enrolment,
    letIn: ({ enrolmentId, deviceId }) => ({ enrolmentId, deviceId, sealed: "AAAA" }),
    deny: ({ enrolmentId, deviceId }) => ({ enrolmentId, deviceId, proof: "AAAA" }),
    take: enrolment,
    cancel: enrolment,
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
    putEnvelope: ({ agentId }) => ({ agentId, blob: "AAAA", version: 1, signed: "AAAA" }),
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
    postUse: ({ grantId, useId }) => ({ grantId, useId, blob: "AAAA" }),
    getUse: ({ grantId, useId }) => ({ grantId, useId }),
    readUses: nothing,
    answerUse: ({ grantId, useId }) => ({ grantId, useId, answer: "AAAA", counted: true }),
  },
  chat: {
    relayTicket: ({ agentId, deviceId }) => ({ agentId, deviceId }),
    enqueue: ({ agentId, messageId }) => ({ agentId, messageId, blob: "AAAA" }),
  },
  grants: {
    list: () => ({ limit: 10 }),
    ask: ({ grantId, userId, agentId }) => ({
      ...{ id: grantId, issuerId: userId, agentId, period: "week", maxUses: 10 },
      request: { toIssuer: "AAAA", toSubject: "AAAA" },
    }),
    approve: ({ grantId, agentId }) => ({
      ...{ grantId, agentId, maxUses: 5, notAfter: "2030-01-02T00:00:00.000Z" },
      grant: { toIssuer: "AAAA", toSubject: "AAAA" },
    }),
    deny: ({ grantId }) => ({ grantId }),
    revoke: ({ grantId }) => ({ grantId, revocation: "AAAA" }),
  },
};
