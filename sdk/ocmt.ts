import { ApiError } from "#shared/client/api-client.ts";
import type { Clients } from "#shared/client/clients.ts";
import type { AccountPlace } from "#shared/client/keyring.ts";
import type { LeftBehind, RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import type { Id } from "#shared/ids.ts";
import { type ChangedKeys, changeKeys, finishKeys } from "./change-keys.ts";
import { type AskedContacts, askContacts, findAsked } from "./contacts.ts";
import { type AskedToBeLetIn, askToBeLetIn as ask } from "./let-in.ts";
import { homeOfProfiles, type Login, openProfile, type Profile } from "./profile/profile.ts";
import { openApi, SignedOut } from "./profile/session.ts";
import { type Factor, type KnownFactor, lock, type Unlocked, unlock } from "./unlocked.ts";
import { type HeldFactor, proveHeld } from "./ways.ts";

export { ApiError } from "#shared/client/api-client.ts";
export { NotLetIn } from "#shared/client/enrolment/ask.ts";
export { ItemChanged } from "#shared/client/vault/trouble.ts";
export type { VaultBook } from "#shared/client/vault/vault-book.ts";
export { CryptoError } from "#shared/crypto/encoding/errors.ts";
export { SignedOut } from "./profile/session.ts";
export { type Factor, Locked, type Unlocked } from "./unlocked.ts";

/** One profile of this machine at one deployment: every route of the API, and what only a device with the keys can do. */
export interface Ocmt {
  readonly email: string;
  readonly url: string;
  readonly api: Clients;
  /** Finds out on this machine whether words or key still open the vault, and notes that they do. @throws CryptoError when they do not */
  proveHeld(held: HeldFactor): Promise<void>;
  /** Opens the account on this machine, and makes the machine one of its devices. */
  unlock(factor: Factor): Promise<Unlocked>;
  /** Asks a device of the person whose vault is open to let this one in. @throws ApiError("enrolment.too_many") */
  askToBeLetIn(): Promise<AskedToBeLetIn>;
  /** Asks those who hold shares of the recovery key; what this profile has under way is shown again. @throws ApiError("recovery.no_set") */
  askContacts(): Promise<AskedContacts>;
  findAsked(): Promise<AskedContacts | undefined>;
  lock(): Promise<void>;
  /** Other keys, another passphrase and other words in place of those there are. @throws CryptoError for a wrong factor */
  changeKeys(factor: KnownFactor, passphrase: string): Promise<ChangedKeys>;
  /** Seals anew what lies under earlier keys, where a change of them was not finished. */
  finishKeys(unlocked: Unlocked, onProgress: (progress: RotationProgress) => void): Promise<LeftBehind>;
  useOrganisation(tenantId: Id<"tenant">): Promise<void>;
  signOut(): Promise<void>;
}

export interface Where {
  readonly profile?: string | undefined;
  /** Where profiles lie; the configuration folder of the person, unless told otherwise. */
  readonly home?: string | undefined;
}

/** @throws SignedOut when nobody is signed in under the profile */
export async function openOcmt({ profile: name, home = homeOfProfiles() }: Where = {}): Promise<Ocmt> {
  const profile = await openProfile(name, home);
  const login = await profile.read();
  if (!login?.token) throw new SignedOut("Sign in first: ocmt login");
  return ocmtOf(profile, login);
}

function ocmtOf(profile: Profile, { email, url }: Login): Ocmt {
  const api = openApi(profile, { url });
  const { database } = profile;
  return {
    ...{ email, url, api },
    proveHeld: async (held) => proveHeld({ api, database, place: await placeOf(profile) }, held),
    unlock: async (factor) => unlock({ api, database, url, place: await placeOf(profile) }, factor),
    askToBeLetIn: async () => ask({ api, database, url, place: await placeOf(profile) }),
    askContacts: async () => askContacts({ api, database, place: await placeOf(profile) }),
    findAsked: async () => findAsked({ api, database, place: await placeOf(profile) }),
    lock: async () => lock(database, await placeOf(profile)),
    changeKeys: async (factor, passphrase) =>
      changeKeys({ api, database, url, place: await placeOf(profile) }, factor, passphrase),
    finishKeys: async (unlocked, onProgress) =>
      finishKeys({ api, database, place: await placeOf(profile) }, unlocked, onProgress),
    async useOrganisation(tenantId) {
      const token = await api.identity.switchTenant({ tenantId });
      const login = await profile.read();
      if (login) await profile.write({ ...login, token });
    },
    async signOut() {
      const place = await placeOf(profile).catch(() => undefined);
      if (place) await lock(database, place);
      await api.identity.signOut({}).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.code === "network") throw error;
      });
      await profile.forget();
    },
  };
}

async function placeOf(profile: Profile): Promise<AccountPlace> {
  const login = await profile.read();
  if (!login?.userId) throw new SignedOut("Sign in first: ocmt login");
  const tid = login.token?.tenantId;
  if (!tid) throw new ApiError("auth.no_tenant", "Choose an organisation first: ocmt org use <slug>");
  return { tid, uid: login.userId };
}

/** A sign-in that waits for the six digits which the link shows, wherever it is opened. */
export interface SignIn {
  /** @throws ApiError("link.code_wrong"), and ("link.invalid") after five wrong tries or fifteen minutes */
  finish(code: string): Promise<Ocmt>;
}

/** Has a link sent to the address. It may be opened on any device; the session is this machine's. */
export async function requestSignIn(email: string, url: string, { profile: name, home }: Where = {}): Promise<SignIn> {
  const profile = await openProfile(name, home);
  const origin = new URL(url).origin;
  await profile.write({ url: origin, email, cookies: {} });
  const api = openApi(profile, { url: origin });
  const { linkId } = await api.identity.requestLink({ email });
  return {
    async finish(code) {
      const token = await api.identity.redeemCode({ linkId, code });
      await keep(profile, { token });
      const { user, memberships } = await api.identity.me({});
      await keep(profile, { userId: user.id, email: user.email });
      const ocmt = ocmtOf(profile, { email: user.email, url: origin, cookies: {} });
      const [only, ...others] = memberships;
      if (!token.tenantId && only && others.length === 0) await ocmt.useOrganisation(only.tenantId);
      return ocmt;
    },
  };
}

async function keep(profile: Profile, more: Partial<Login>): Promise<void> {
  const login = await profile.read();
  if (login) await profile.write({ ...login, ...more });
}
