import { AGENT_ERRORS, DEVICE_ERRORS } from "./errors/agents.ts";
import { ENROLMENT_ERRORS } from "./errors/enrolments.ts";
import { LINK_ERRORS } from "./errors/links.ts";
import { OPENING_ERRORS } from "./errors/openings.ts";
import { RECOVERY_ERRORS } from "./errors/recovery.ts";
import { SHARE_ERRORS } from "./errors/shares.ts";

/**
 * Every failure a caller can see, named once. A code is public: add, never rename.
 * `title` says what happened, `fix` what to do about it.
 */
const OURS = "Something went wrong on our side.";
const AGAIN = "Try again; if it stays, give the request id to your operator.";

const CATALOGUE = {
  "request.invalid": {
    status: 400,
    title: "The request does not match its contract.",
    fix: "See `errors` for each field.",
  },
  "request.too_large": { status: 413, title: "The request body is too large.", fix: "Send at most 256 KB." },
  "request.cursor_invalid": {
    status: 400,
    title: "The cursor is not valid here.",
    fix: "Start the list again without a cursor.",
  },
  "request.too_many": {
    status: 429,
    title: "Too many requests.",
    fix: "Wait for the time in `retry-after`, then try again.",
  },
  "request.conflict": {
    status: 409,
    title: "Someone changed this at the same time.",
    fix: "Read it again and repeat the change.",
  },
  "request.busy": {
    status: 503,
    title: "Others were changing the same thing the whole time.",
    fix: "Nothing was overwritten. Wait a moment and send the request again.",
  },
  "idempotency.reused": {
    status: 409,
    title: "This idempotency key was used with another request.",
    fix: "Use a new key for a new request.",
  },
  "idempotency.running": {
    status: 409,
    title: "The first request with this key is still running.",
    fix: "Wait a moment and repeat it with the same key.",
  },
  "idempotency.unfinished": {
    status: 409,
    title: "The first request with this key was cut off, and may have taken effect.",
    fix: "Look whether it did. If not, send it again with a new key.",
  },
  "route.not_found": { status: 404, title: "No such route.", fix: "See the reference at /v1/openapi.json." },
  "auth.required": {
    status: 401,
    title: "Sign in to continue.",
    fix: "Send a current access token or API key as a bearer token.",
  },
  "auth.forbidden": {
    status: 403,
    title: "You may not do this.",
    fix: "Ask an owner or admin of the organisation for the permission.",
  },
  "auth.no_tenant": {
    status: 403,
    title: "Choose an organisation first.",
    fix: "Create one, accept an invite, or switch to one you belong to.",
  },
  "auth.stale": {
    status: 403,
    title: "Confirm first that it is you.",
    fix: "You signed in more than five minutes ago: confirm by a link to your own address (/v1/auth/links/confirm), or sign in anew; then ask again.",
  },
  "auth.origin": { status: 403, title: "The request came from another site.", fix: "Use the web app's own address." },
  ...LINK_ERRORS,
  "session.ended": { status: 401, title: "This session has ended.", fix: "Sign in again." },
  "session.not_found": { status: 404, title: "No such session.", fix: "Read the list of sessions again." },
  "api_key.not_found": { status: 404, title: "No such API key.", fix: "Read the list of API keys again." },
  "api_key.limit": { status: 409, title: "There are already 20 API keys.", fix: "Revoke one you no longer use." },
  "tenant.not_found": { status: 404, title: "No such organisation.", fix: "Check that you still belong to it." },
  "tenant.slug_taken": { status: 409, title: "This address is taken.", fix: "Choose another short name." },
  "tenant.limit": { status: 409, title: "You already own 10 organisations.", fix: "Delete one you no longer use." },
  "member.exists": { status: 409, title: "This person is already a member.", fix: "Nothing to do." },
  "member.not_found": { status: 404, title: "No such member.", fix: "Read the list of members again." },
  "member.leaving": {
    status: 409,
    title: "What this person had here before is still being cleared away.",
    fix: "Accept the invite again in a minute.",
  },
  "member.last_owner": {
    status: 409,
    title: "The last owner cannot leave or be demoted.",
    fix: "Make someone else an owner first.",
  },
  "invite.not_found": { status: 404, title: "No such invite.", fix: "Ask for a new invite." },
  "invite.exists": { status: 409, title: "This address is invited already.", fix: "Resend or cancel the open invite." },
  "invite.expired": {
    status: 410,
    title: "This invite is no longer open.",
    fix: "Ask for a new invite; each lasts 7 days.",
  },
  "invite.other_address": {
    status: 403,
    title: "This invite was sent to another e-mail address.",
    fix: "Sign in with the address it was sent to.",
  },
  "quota.exceeded": {
    status: 402,
    title: "Your plan's limit is reached.",
    fix: "Remove something, or move to a larger plan.",
  },
  "keyring.not_found": {
    status: 404,
    title: "No vault passphrase has been set yet.",
    fix: "Set one in the onboarding.",
  },
  "keyring.exists": {
    status: 409,
    title: "A vault passphrase is already set.",
    fix: "Unlock with it, or change it in the settings.",
  },
  "keyring.changed": {
    status: 409,
    title: "Your key slots changed since you read them.",
    fix: "Read them again and repeat the change.",
  },
  "keyring.no_slot": {
    status: 409,
    title: "There is no such recovery phrase or key to hold.",
    fix: "Read your key slots again; make one in the settings.",
  },
  "keyring.last_way": {
    status: 400,
    title: "Nothing that you hold yourself would open this vault.",
    fix: "Keep a passphrase, a recovery phrase or a recovery key; one of each at most.",
  },
  ...DEVICE_ERRORS,
  "vault.forbidden": {
    status: 403,
    title: "You may not do this in this vault.",
    fix: "Ask somebody who looks after its members.",
  },
  "vault.step_refused": {
    status: 403,
    title: "The vault's chain does not let you do this.",
    fix: "Read the vault again; members can give no more than they have, and one who looks after it has to stay.",
  },
  "vault.key_missing": {
    status: 409,
    title: "A member would be left without the vault's key.",
    fix: "Put the key for each member first, then make the step.",
  },
  "vault.member_unknown": {
    status: 404,
    title: "This person has no keys in this organisation yet.",
    fix: "They have to set up their vault before anything can be shared with them.",
  },
  "identity.not_found": {
    status: 404,
    title: "This person has no keys here.",
    fix: "They have to set up their vault first.",
  },
  "keyring.unsigned": {
    status: 403,
    title: "The root key of this account has not signed this.",
    fix: "Open your vault on this device, so that it has the present root, and repeat the change: being signed in is not enough for it.",
  },
  "keyring.rotation_wrong": {
    status: 409,
    title: "This is not the next root key of this account.",
    fix: "Read your keyring again; the next generation needs a bundle that the present root has agreed to, slots of its own and a carry.",
  },
  "keyring.bundle_wrong": {
    status: 400,
    title: "The statement about your keys does not go on from the last one.",
    fix: "Read your keyring again and sign the statement on top of its last one.",
  },
  "vault.not_found": { status: 404, title: "No such vault of yours.", fix: "Read the list of vaults again." },
  "vault.exists": {
    status: 409,
    title: "You have a personal vault already.",
    fix: "Open it; there is one for each person.",
  },
  "vault.tenant_exists": {
    status: 409,
    title: "Your organisation has a vault of its own already.",
    fix: "Ask an admin who looks after it to offer it to you.",
  },
  "vault.changed": {
    status: 409,
    title: "The vault changed since you read it.",
    fix: "Read it again and repeat the change; nothing was overwritten.",
  },
  "vault.manifest_wrong": {
    status: 400,
    title: "The manifest does not fit the changes it came with.",
    fix: "Sign one that goes on from the last, with the root these changes come to.",
  },
  "item.not_found": { status: 404, title: "No such item in this vault.", fix: "Read the list of items again." },
  "file.too_large": {
    status: 413,
    title: "A file in the vault can have at most 10 MiB.",
    fix: "Make it smaller or split it, and keep each part as an item of its own.",
  },
  "file.not_found": {
    status: 404,
    title: "This item has no such file.",
    fix: "Read the item again. A file that was uploaded and not saved within the hour has to be uploaded again.",
  },
  ...RECOVERY_ERRORS,
  ...ENROLMENT_ERRORS,
  ...AGENT_ERRORS,
  ...SHARE_ERRORS,
  ...OPENING_ERRORS,
  "audit.duplicate": { status: 500, title: OURS, fix: AGAIN },
  internal: { status: 500, title: OURS, fix: AGAIN },
} as const satisfies Record<string, { status: number; title: string; fix: string }>;

export type ErrorCode = keyof typeof CATALOGUE;
export const ERROR_CODES = Object.keys(CATALOGUE) as [ErrorCode, ...ErrorCode[]]; // Object.keys of a literal
export const describeError = (code: ErrorCode): { status: number; title: string; fix: string } => CATALOGUE[code];

/** A failure meant for the caller. `details` are safe to show; `cause` is only ever logged by name. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, options: { details?: Readonly<Record<string, unknown>>; cause?: unknown } = {}) {
    super(CATALOGUE[code].title, { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }
}
