import { recoveryRoutes } from "#lambdas/recovery/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Client } from "#shared/client/api-client.ts";
import type { Account, KeyringPin } from "#shared/client/keyring.ts";
import { chooseContacts, type OwnerMeans } from "#shared/client/recovery/contacts-set.ts";
import { type ContactMeans, releaseShare } from "#shared/client/recovery/held-share.ts";
import { type Asking, type AskingMeans, startAsking, wordsToRead } from "#shared/client/recovery/own-recovery.ts";
import { type RecoverySet, recoveryContract } from "#shared/contracts/recovery.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { checkSlotSet } from "#shared/crypto/slots/slot-set.ts";
import { type Id, newId } from "#shared/ids.ts";
import { GroupWorld, type Someone } from "./group-world.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { clientOf } from "./serve-client.ts";

export type RecoveryApi = Client<typeof recoveryContract>;
export interface Friend extends Someone {
  readonly recovery: RecoveryApi;
}

/** An owner whose contacts hold shares, each with the client that the product has, over the routes that it has. */
export class RecoveryWorld extends GroupWorld {
  readonly #handler = serve(recoveryContract, recoveryRoutes, this.door(this.ports));

  /** An owner and three contacts, of whom two are enough. */
  static async ofThree(): Promise<{
    readonly world: RecoveryWorld;
    readonly owner: Friend;
    readonly friends: readonly Friend[];
  }> {
    const world = new RecoveryWorld();
    const { owner, friends } = await world.circle(3);
    await world.choose(owner, friends, 2);
    return { world, owner, friends };
  }

  /** Somebody signed in anew: each session is a browser of its own. */
  apiOf({ ctx }: Pick<Someone, "ctx">): RecoveryApi {
    const session = { ...ctx.actor, sessionId: newId("session", this.clock) };
    return clientOf(recoveryContract, this.#handler, this.admit(session as typeof ctx.actor)); // the same person
  }

  async friend(owner: Someone, name: string): Promise<Friend> {
    const someone = await this.colleague(owner, name);
    return { ...someone, recovery: this.apiOf(someone) };
  }

  /** An owner and so many colleagues; all have compared their safety numbers with the owner's. */
  async circle(count = 5): Promise<{ readonly owner: Friend; readonly friends: Friend[] }> {
    const someone = await this.owner("ours");
    const owner = { ...someone, recovery: this.apiOf(someone) };
    await this.upgrade(owner.account.tid, "enterprise"); // the smallest plan has fewer people than this takes
    const friends: Friend[] = [];
    for (let i = 0; i < count; i++) friends.push(await this.friend(owner, `friend${i}`));
    for (const friend of friends) {
      await owner.vaults.verify(await owner.vaults.contact(friend.account.uid));
      await friend.vaults.verify(await friend.vaults.contact(owner.account.uid));
    }
    return { owner, friends };
  }

  async ownerMeans(owner: Friend): Promise<OwnerMeans & { pin: KeyringPin }> {
    const keyring = this.keyringOf(owner.account.uid);
    const { root } = owner.account;
    const served = await keyring.getKeyring({});
    const blobs = served.slots.map(({ blob }) => decodeBase64url(blob));
    const slotSet = checkSlotSet(decodeBase64url(served.slotSet), blobs, { place: root, slotMac: root.slotMac });
    const means = {
      ...{ api: owner.recovery, keyring, account: owner.account, vaults: owner.vaults, now: this.now },
      ...{ pin: { slotSet } as KeyringPin, deriveArgon2id: async () => new Uint8Array(32).fill(7) },
      keepPin: async (pin: KeyringPin) => void Object.assign(means, { pin }),
    };
    return means;
  }

  async choose(owner: Friend, friends: readonly Friend[], threshold = 3): Promise<RecoverySet> {
    const contacts = friends.map(({ account }) => account.uid);
    return chooseContacts(await this.ownerMeans(owner), { contacts, threshold, passphrase: "a passphrase" });
  }

  /** A browser that has never seen this account: signed in, and locked. */
  freshBrowser({ ctx, account }: Friend): AskingMeans {
    const { tid, uid } = account;
    const api = this.apiOf({ ctx });
    return {
      ...{ api, keyring: this.keyringOf(uid), place: { tid, uid } },
      ...{ database: makeMemoryDatabase(), folder: "fresh", now: this.now },
    };
  }

  async ask(means: AskingMeans): Promise<{ readonly asking: Asking; readonly words: string }> {
    const { set } = await means.api.getSet({});
    if (!set) throw new Error("no set");
    const asking = await startAsking(means, set);
    return { asking, words: wordsToRead(asking).join(" ") };
  }

  contactMeans = ({ recovery: api, account, vaults }: Friend): ContactMeans => ({ api, account, vaults });

  /** A contact who has heard these words. */
  async give(friend: Friend, words: string): Promise<void> {
    const { items } = await friend.recovery.listHeld({});
    const [held] = items;
    if (!held) throw new Error("holds nothing");
    await releaseShare(this.contactMeans(friend), held, words);
  }

  /** Every byte that the platform keeps of a tenant and of its people. */
  keptTexts(): string[] {
    return [...this.store.rows.values()].map((row) => JSON.stringify(row));
  }
}

export const idOfFriend = ({ account }: { readonly account: Account }): Id<"user"> => account.uid;
