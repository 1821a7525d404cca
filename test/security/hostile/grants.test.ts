import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GrantView } from "#shared/contracts/grants.ts";
import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Grant, signGrant } from "#shared/crypto/grants/grant.ts";
import { sealLetter, writeHanded } from "#shared/crypto/grants/handed.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import { newId } from "#shared/ids.ts";
import { type Lender, LendingWorld, readOnly, WISH } from "#test/support/lending-world.ts";
import { LentWorld, makeSubject, refusalOf, use } from "#test/support/lent-world.ts";
import { place } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";

vi.setConfig({ testTimeout: 30_000 });

/** The real clients in front of a platform that lies about what one person has given another. */
describe("B19 a grant that nobody gave", () => {
  let world: LendingWorld;
  let ann: Lender;
  let ben: Lender;
  let given: GrantView;
  beforeEach(async () => {
    world = new LendingWorld();
    const owner = await world.owner("work");
    const colleague = await world.colleague(owner, "ben");
    await world.upgrade(owner.account.tid, "enterprise");
    ann = await world.lender(owner);
    ben = await world.lender(colleague);
    await ben.lendings.ask(ann.account.uid, { id: ben.agentId, name: "Ben's" }, WISH);
    const item = await world.keep(ann, "the password");
    const approval = { agentId: ann.agentId, ...item, as: "weather", asks: false, ...WISH, maxUses: 2 };
    await ann.lendings.approve(await readOnly(ann), approval);
    given = (await readOnly(ben)).row;
  });

  const shown = async (who: Lender, row: GrantView) => {
    const seen = await world.deviceOf(who, (honest) => ({
      ...honest,
      list: async () => ({ items: [row], cursor: null }),
    }));
    await seen.items.offer();
    const [one] = await seen.lendings.list();
    return { one, told: seen.told() };
  };
  /** Another grant in the place of the one that was given, sealed to Ben by whoever has these keys. */
  const sealed = async (change: (grant: Grant) => Grant, by = ann.account.identity) => {
    const handed = (await readOnly(ben)).handed;
    if (!handed) throw new Error("nothing was given");
    const bytes = signGrant(change(handed.grant), by.sign.secretKey);
    const letter = { tid: ann.account.tid, grantId: given.id, sender: ann.account.uid, reader: ben.account.uid };
    const keys = { sender: by.sign, recipient: ben.account.identity.kem.publicKey };
    const inside = writeHanded({ bytes, issuerKem: handed.issuerKem });
    return encodeBase64url(sealLetter("grant-handed", letter, keys, inside));
  };

  it("is refused when the platform, a colleague or nobody has signed it", async () => {
    const forgeries = [
      await sealed((grant) => grant, makeIdentity()),
      await sealed((grant) => grant, ben.account.identity),
      given.request,
      `${(given.grant ?? "").slice(0, -4)}AAAA`,
    ];
    for (const grant of forgeries) {
      const { one, told } = await shown(ben, { ...given, grant });
      expect(one).toHaveProperty("trouble");
      expect(told?.borrowed).toEqual([]);
    }
  });

  it("is refused of its issuer too, where it is for another, or more than was asked for", async () => {
    const other = makeIdentity();
    const changes: ((grant: Grant) => Grant)[] = [
      (grant) => ({ ...grant, subject: { ...grant.subject, signKey: other.sign.publicKey } }),
      (grant) => ({ ...grant, grantId: newId("grant", new Date()) }),
      (grant) => ({ ...grant, maxUses: 1_000 }),
      (grant) => ({ ...grant, sites: [...grant.sites, "https://elsewhere.example"] }),
      (grant) => ({ ...grant, methods: [...grant.methods, "DELETE"] }),
      (grant) => ({ ...grant, notAfterMs: 0 }),
    ];
    for (const change of changes)
      expect((await shown(ben, { ...given, grant: await sealed(change) })).one).toHaveProperty("trouble");
    expect((await shown(ben, { ...given, grant: await sealed((grant) => grant) })).one).toHaveProperty("handed");
  });

  it("is not one because the platform says so: a request is shown with what was asked, and with no other agent", async () => {
    const other = { ...given, subjectAgentId: newId("agent", new Date()) };
    for (const row of [other, { ...given, period: "always" as const }, { ...given, id: newId("grant", new Date()) }])
      expect((await shown(ann, row)).one).toHaveProperty("trouble");
    const swapped = { ...given, side: "issuer" as const, issuerId: ben.account.uid, subjectId: ann.account.uid };
    expect((await shown(ben, swapped)).one).toHaveProperty("trouble");
  });

  it("is given to no agent that its issuer has not sealed it for, whatever is listed as given", async () => {
    const own = (await readOnly(ann)).row;
    await ann.items.change((grants) => ({ ...grants, lent: [] }));
    expect((await shown(ann, own)).told).toMatchObject({ lent: [], borrowed: [] });
  });
});

describe("I07 uses that the platform makes up, repeats or mixes up", () => {
  let lent: LentWorld;
  beforeEach(async () => {
    lent = await LentWorld.open();
  });
  afterEach(() => lent.close());
  const uses = () => lent.world.api.uses;
  const lend = async (grant = lent.grantOf()) => {
    await lent.offer(lent.sign(grant));
    return { grant, borrower: lent.borrower(grant) };
  };
  const quiet = () => new Promise((resolve) => setTimeout(resolve, 500));

  it("holds no grant that its owner did not sign, or that is of another agent, beside one that is good", async () => {
    const good = lent.grantOf();
    const forged = lent.sign(lent.grantOf(), makeIdentity());
    const subjects = lent.sign(lent.grantOf(), lent.subject.person);
    const other = lent.grantOf();
    const anothers = lent.sign({ ...other, issuer: { ...other.issuer, agentId: newId("agent", new Date()) } });
    const altered = lent.sign(lent.grantOf());
    const handedOver = lent.sign(lent.grantOf({ tier: "sealed" })); // the other agent's to use
    altered[300] = (altered[300] ?? 0) ^ 1;
    await lent.offer(forged, subjects, anothers, altered, handedOver, lent.sign(good));
    expect(lent.held()?.lent).toEqual([{ grantId: good.grantId, uses: 0 }]);
  });

  it("carries out a use once, handed out twice or under another id", async () => {
    const { grant, borrower } = await lend();
    const used = use(borrower);
    const [posted] = uses().waiting;
    await used;
    if (!posted) throw new Error("nothing was posted");
    uses().waiting.push(posted, { ...posted, useId: newId("use", new Date()) });
    lent.world.order({ control: "wake" });
    await quiet();
    lent.world.kill();
    await lent.start(); // a task that has not seen it
    uses().answers.clear();
    uses().waiting = [posted];
    await lent.offer(lent.sign(grant));
    await until(() => expect(uses().answers.size).toBe(1));
    expect(lent.heard).toHaveLength(1);
    expect(uses().counted).toBe(1);
  });

  it("does nothing for an agent that the grant is not for, and answers it nothing", async () => {
    const { grant } = await lend();
    const thief = lent.borrower(grant, makeSubject());
    void use(thief).catch(() => undefined);
    await quiet();
    expect([lent.heard, [...uses().answers]]).toEqual([[], []]);
  });

  it("does nothing for a use of one grant that is passed on under another", async () => {
    const one = lent.grantOf();
    const other = lent.grantOf({ as: "other" });
    await lent.offer(lent.sign(one), lent.sign(other));
    const post = uses().post.bind(uses());
    uses().post = (posted) => post({ ...posted, grantId: other.grantId });
    void use(lent.borrower(one)).catch(() => undefined);
    await quiet();
    expect([lent.heard, [...uses().answers]]).toEqual([[], []]);
  });

  it("believes no answer to another use, and none that the platform wrote", async () => {
    const { borrower } = await lend();
    const get = uses().get.bind(uses());
    await use(borrower);
    const [first = ""] = uses().answers.values();
    for (const lie of [first, "AAAA", encodeBase64url(decodeBase64url(first).fill(0, -64))]) {
      uses().get = (useId) => ({ ...get(useId), state: "answered", answer: lie });
      expect(await refusalOf(use(borrower))).toBe("The answer is not from the other agent.");
    }
  });

  it("takes nothing back for anybody but its owner, and not another grant", async () => {
    const { grant, borrower } = await lend();
    const at = Date.now();
    const of = (grantId = grant.grantId) => ({ grantId, tid: place.tid, issuer: place.uid });
    const own = lent.world.account.identity.sign.secretKey;
    uses().revocations = [
      signRevocation(of(), at, makeIdentity().sign.secretKey),
      signRevocation(of(), at, lent.subject.person.sign.secretKey),
      signRevocation(of(newId("grant", new Date())), at, own),
    ].map((revocation) => ({ grantId: grant.grantId, revocation: encodeBase64url(revocation) }));
    expect(await refusalOf(use(borrower))).toBe("it was done");
  });
});
