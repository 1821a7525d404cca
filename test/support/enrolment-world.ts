import { enrolmentsRoutes } from "#lambdas/enrolments/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Client } from "#shared/client/api-client.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import { type Asking, type AskingMeans, askToBeLetIn } from "#shared/client/enrolment/ask.ts";
import { type LettingMeans, letNewcomerIn, listNewcomers, type Newcomer } from "#shared/client/enrolment/let-in.ts";
import type { Account } from "#shared/client/keyring.ts";
import { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { newId } from "#shared/ids.ts";
import type { Someone } from "./group-world.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { RotationWorld } from "./rotation-world.ts";
import { clientOf } from "./serve-client.ts";

export type EnrolmentApi = Client<typeof enrolmentsContract>;

/** People with more than one device, each with the client that the product has, over the routes that it has. */
export class EnrolmentWorld extends RotationWorld {
  readonly #handler = serve(enrolmentsContract, enrolmentsRoutes, this.door(this.ports));

  /** Somebody signed in anew: each session is a device of its own. */
  sessionOf({ ctx }: Pick<Someone, "ctx">): EnrolmentApi {
    const session = { ...ctx.actor, sessionId: newId("session", this.clock) };
    return clientOf(enrolmentsContract, this.#handler, this.admit(session as typeof ctx.actor)); // the same person
  }

  /** A device whose vault is open. */
  async openDevice(person: Someone, account: Account = person.account): Promise<LettingMeans> {
    const keyring = this.keyringOf(account.uid);
    const memory = { database: makeMemoryDatabase(), folder: "old" };
    const device = await enrolDevice({ account, keyring, ...memory, name: "Old laptop", now: this.clock });
    return { api: this.sessionOf(person), account, device };
  }

  /** A device that has never seen this account: signed in, and locked. */
  lockedDevice(person: Someone): AskingMeans {
    const { tid, uid } = person.account;
    return {
      ...{ api: this.sessionOf(person), keyring: this.keyringOf(uid), place: { tid, uid } },
      ...{ database: makeMemoryDatabase(), folder: "new", now: this.now },
    };
  }

  async ask(means: AskingMeans, name = "New laptop"): Promise<{ readonly asking: Asking; readonly words: string }> {
    const asking = await askToBeLetIn(means, name);
    return { asking, words: asking.words.join(" ") };
  }

  /** A person who types these words into an open device of theirs. */
  letIn = async (means: LettingMeans, words: string): Promise<Newcomer> =>
    letNewcomerIn(means, await listNewcomers(means), words);

  /** Every byte that the platform keeps of a tenant and of its people. */
  keptTexts = (): string[] => [...this.store.rows.values()].map((row) => JSON.stringify(row));
}
