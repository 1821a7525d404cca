import type { keyringContract } from "#shared/contracts/keyring.ts";
import { type AcceptedChain, followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import type { Client } from "../api-client.ts";
import type { Database } from "../device/database.ts";
import { personPinsOf } from "../device/stores.ts";
import type { AccountPlace } from "../keyring.ts";

export interface FollowMeans {
  readonly keyring: Pick<Client<typeof keyringContract>, "getIdentity">;
  readonly place: AccountPlace;
  readonly database: Database;
  readonly folder: string;
  readonly now: () => Date;
}

const CLOCK_SKEW_MS = 5 * 60_000;

/** Somebody's statements, before any account is open here; not older than what this device saw last. @throws as `followBundles` */
export async function followPerson(means: FollowMeans, uid: Id<"user">): Promise<AcceptedChain> {
  const { keyring, place, database, folder, now } = means;
  const pin = await personPinsOf(database, folder).read(uid);
  const { bundles } = await keyring.getIdentity({ userId: uid });
  return followBundles(bundles.map(decodeBase64url), {
    ...{ tid: place.tid, uid, nowMs: now().getTime() + CLOCK_SKEW_MS },
    ...(pin && { genesisKey: asSignPublicKey(pin.genesisKey), pin }),
  });
}
