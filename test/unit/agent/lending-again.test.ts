import { beforeEach, describe, expect, it, vi } from "vitest";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sealCall } from "#shared/crypto/grants/use.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { type Id, newId } from "#shared/ids.ts";
import { FakeUses } from "#test/support/fake-uses.ts";
import { until } from "#test/support/until.ts";
import { startActing } from "../../../agent/lending/acting.ts";
import type { LendingHeld, Lent } from "../../../agent/lending/held.ts";
import { makeLedger } from "../../../agent/lending/ledger.ts";
import { type Lender, type LenderInput, startLender } from "../../../agent/lending/lender.ts";

vi.setConfig({ testTimeout: 30_000 });
const SITE = "https://api.example.org";
const MORE_THAN_IS_REMEMBERED = 2_001;
const date = new Date();
const [issuer, subject] = [makeIdentity(), makeIdentity()];
const party = (who: typeof issuer) => ({
  ...{ userId: newId("user", date), bundleHash: makeBytes(32), agentId: newId("agent", date) },
  ...{ kemHash: sha256(who.kem.publicKey), signKey: who.sign.publicKey },
});

/** A platform that hands out what it likes, as often as it likes, and takes its time with the journal. */
class Rig {
  readonly uses = new FakeUses();
  readonly ledger = makeLedger();
  readonly lent: Lent;
  readonly lender: Lender;
  readonly answered: Id<"use">[] = [];
  readonly read: (Id<"use"> | undefined)[] = [];
  readonly heard: string[] = [];
  journal: Promise<void> = Promise.resolve();
  /** In place of what honestly waits. */
  handedOut: FakeUses["waiting"] | undefined;
  isEndless = false;
  /** No device of the owner has brought the grant yet. */
  isLocked = false;
  readonly timers: (() => void)[] = [];

  constructor(asks: boolean) {
    const grant: Lent["grant"] = {
      ...{ grantId: newId("grant", date), tid: newId("tenant", date), vaultId: newId("vault", date) },
      ...{ itemId: newId("item", date), issuer: party(issuer), subject: party(subject), chainSeq: 1, as: "pay" },
      ...{ fields: ["token"], sites: [SITE], methods: ["POST"], maxUses: 5, notAfterMs: 0, asks },
      ...{ tier: "live", nonce: makeBytes(16) },
    };
    const fields = [{ name: "token", value: "s3cret-value", isHidden: true }];
    this.lent = { grant, item: { itemId: grant.itemId, itemVersion: 1, as: "pay", sites: [SITE], fields } };
    const { tid, issuer: owner } = grant;
    const journal: LenderInput["journal"] = {
      append: async (_record, apply) => {
        await this.journal;
        apply();
      },
    };
    const given = { ledger: this.ledger, journal, now: Date.now, onChange: () => undefined };
    const acting = startActing({
      ...given,
      fetch: async (url) => {
        this.heard.push(String(url));
        return new Response("ok");
      },
    });
    this.lender = startLender({
      self: {
        place: { tid, uid: owner.userId, agentId: owner.agentId },
        ...{ identity: issuer, userKey: issuer.sign.publicKey },
      },
      ...{ ...given, acting, held: this.#held(), api: this.#api() },
      startTimer: (_ms, fire) => {
        this.timers.push(fire);
        return () => undefined;
      },
      log: { info: () => undefined, error: () => undefined },
    });
  }

  #held(): LendingHeld {
    const { lent } = this;
    const find = (id: Id<"grant">) => (!this.isLocked && id === lent.grant.grantId ? lent : undefined);
    return {
      ...{
        take: () => true,
        drop: () => undefined,
        version: () => 1,
        lent: () => [lent],
        borrowed: () => [],
        findBorrowed: () => undefined,
      },
      ...{ findLent: find, findGrant: (id) => find(id)?.grant },
    };
  }

  #api(): Parameters<typeof startLender>[0]["api"] {
    return {
      readUses: async (from) => {
        this.read.push(from.after);
        if (this.read.length > 20) throw new Error("read for ever");
        const honest = this.uses.read(from);
        return { ...honest, uses: this.handedOut ?? honest.uses, more: this.isEndless || honest.more };
      },
      answerUse: async (answer) => {
        this.answered.push(answer.useId);
        return this.uses.answer(answer);
      },
    };
  }

  post(): FakeUses["waiting"][number] {
    const { grant } = this.lent;
    const useId = newId("use", new Date());
    const wanted = { method: "POST", url: `${SITE}/pay`, use: [{ header: "authorization", reference: "pay/token" }] };
    const call = { grant, useId, request: utf8(JSON.stringify(wanted)), nowMs: Date.now() };
    const blob = encodeBase64url(sealCall(call, subject, issuer.kem.publicKey));
    this.uses.post({ grantId: grant.grantId, useId, blob });
    return { grantId: grant.grantId, useId, blob, at: date.toISOString() };
  }

  junk = (count: number, grantId = this.lent.grant.grantId): FakeUses["waiting"] =>
    Array.from({ length: count }, () => ({
      ...{ useId: newId("use", date), grantId, blob: "AAAA", at: date.toISOString() },
    }));
}

describe("a use that the platform hands out again and again", () => {
  let rig: Rig;
  beforeEach(() => {
    rig = new Rig(false);
  });

  it("is carried out once while the journal is still being written, whatever is handed out between", async () => {
    const use = rig.post();
    const written = Promise.withResolvers<void>();
    rig.journal = written.promise;
    const again = () => [use, ...rig.junk(MORE_THAN_IS_REMEMBERED)];
    rig.handedOut = [...again(), ...again(), ...again(), use];
    await rig.lender.look();
    await new Promise((resolve) => setTimeout(resolve, 50)); // each is now where it waits for the journal
    await rig.lender.look();
    written.resolve();
    await until(() => expect(rig.answered).toContain(use.useId));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rig.heard).toEqual([`${SITE}/pay`]);
    expect(rig.answered).toEqual([use.useId]);
    expect(rig.ledger.usesOf(use.grantId)).toBe(1);
  });

  it("is carried out once when it was handed out more than once to a locked agent", async () => {
    const use = rig.post();
    rig.isLocked = true;
    rig.handedOut = [use, ...rig.junk(MORE_THAN_IS_REMEMBERED), use];
    await rig.lender.look();
    await rig.lender.look();
    rig.isLocked = false;
    const written = Promise.withResolvers<void>();
    rig.journal = written.promise;
    for (const fire of rig.timers.splice(0)) fire();
    await new Promise((resolve) => setTimeout(resolve, 50)); // each is now where it waits for the journal
    written.resolve();
    await until(() => expect(rig.answered).toContain(use.useId));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rig.heard).toEqual([`${SITE}/pay`]);
    expect(rig.ledger.usesOf(use.grantId)).toBe(1);
  });

  it("is put before the owner once, and their no stands, whatever is handed out between", async () => {
    rig = new Rig(true);
    const use = rig.post();
    rig.handedOut = [use, ...rig.junk(MORE_THAN_IS_REMEMBERED), use];
    await rig.lender.look();
    await until(() => expect(rig.lender.asked()).toHaveLength(1));
    rig.lender.decide(use.useId, "deny");
    await until(() => expect(rig.answered).toEqual([use.useId]));
    rig.handedOut = rig.junk(MORE_THAN_IS_REMEMBERED);
    await rig.lender.look();
    await new Promise((resolve) => setTimeout(resolve, 50)); // they are known for junk now
    rig.handedOut = [use];
    await rig.lender.look();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rig.lender.asked()).toEqual([]);
    expect(rig.heard).toEqual([]);
  });
});

describe("uses that get no answer", () => {
  it("stand in nobody's way, be they ever so many", async () => {
    const rig = new Rig(false);
    rig.uses.waiting.push(...rig.junk(120, newId("grant", date)));
    await rig.lender.look();
    const use = rig.post();
    await rig.lender.look();
    await until(() => expect(rig.answered).toEqual([use.useId]));
  });

  it("are not read for ever from a platform that always says there are more", async () => {
    const rig = new Rig(false);
    rig.handedOut = rig.junk(50);
    rig.isEndless = true;
    await rig.lender.look();
    expect(rig.read).toHaveLength(2);
  });
});
