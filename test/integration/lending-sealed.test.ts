import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EchoService, openEchoService } from "#test/support/echo-service.ts";
import { filesBelow } from "#test/support/files-below.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { platformView, type Seen } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";
import { setTier } from "#test/support/set-tier.ts";
import { speaking } from "#test/support/speaking.ts";

vi.setConfig({ testTimeout: 400_000 }); // two OpenClaws on one machine

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly tier: string;
  readonly share: string | null;
}

/** Ann hands a key over to Ben: he reads it, his agent uses it itself, and once she takes it back it is another key. */
describe("a secret that one person hands over to another", () => {
  const place = joinProduct();
  const passphrase = "seven words that nobody else has said";
  const secret = makeSentinel("handed-key");
  const [ann, ben] = [new Person(place), new Person(place)];
  const machines: Machine[] = [];
  const { said, say, sayAndAllow } = speaking(ben); // he allows what his own agent wants to do
  let service: EchoService;
  let grantId = "";
  let shareId = "";

  beforeAll(async () => {
    service = await openEchoService();
    await ann.settle(passphrase);
    if (ann.account) await setTier(place, ann.account.tid, "enterprise"); // two agents in one organisation
    await ben.settleWith(ann, passphrase);
    await ann.deploy("Ada");
    await ann.isOpen();
    await ben.deploy("Bea");
    await ben.isOpen();
    for (const { email } of [ann, ben]) machines.push(await Machine.enrol(place, email, passphrase));
    const [hers] = terminals();
    const put = ["vault", "put", "Weather service", "--type", "api_key", "--stdin"];
    await hers.json(put, { stdin: JSON.stringify({ key: secret, url: service.site }) });
  }, 400_000);
  afterAll(async () => {
    for (const person of [ann, ben]) await person.retire();
    for (const machine of machines) await machine.remove();
    service.close();
  });
  const terminals = () => machines as [Machine, Machine];
  const use = () =>
    `lent: ${JSON.stringify({ lent: "weather", url: `${service.site}/today`, use: [{ header: "x-api-key", reference: "weather/key" }] })}`;

  it("is asked for, and not given without the word that says so", async () => {
    const [hers, his] = terminals();
    const ask = ["grant", "ask", ann.email, "--agent", "Bea", "--what", "The weather", "--why", "for the trip"];
    const terms = ["--site", service.site, "--for", "week", "--uses", "2", "--tier", "sealed"];
    grantId = (await his.json<{ id: string }>([...ask, ...terms])).id;
    const approve = ["grant", "approve", grantId, "Weather service", "--agent", "Ada", "--as", "weather"];
    const unsaid = await hers.run(approve);
    expect([unsaid.code, unsaid.stderr]).toEqual([2, expect.stringContaining("changing it at the provider")]);
    expect(await hers.json(["grant", "ls"])).toMatchObject([{ state: "asked", tier: "sealed" }]);
    expect(await hers.json([...approve, "--hand-over"])).toMatchObject({ id: grantId, tier: "sealed" });
  });

  it("is read by the one who asked", async () => {
    const [, his] = terminals();
    const [shown] = await his.json<Listed[]>(["grant", "ls"]);
    expect(shown).toMatchObject({ state: "approved", tier: "sealed", share: expect.stringMatching(/^shr_/) });
    shareId = shown?.share ?? "";
    expect(await his.json(["share", "open", shareId])).toMatchObject({ key: secret });
  });

  it("is used by their own agent, as often as was granted, and by nobody through the other's", async () => {
    const [, his] = terminals();
    await his.json(["agent", "lock", "Bea", "--off"]); // any device that speaks with an agent tells it
    expect(await say("lent: list")).toContain("weather/key");
    for (let nth = 0; nth < 2; nth += 1)
      expect((await sayAndAllow(use())).text).toContain("You sent [vault:weather/key]. The forecast is rain.");
    expect((await sayAndAllow(use())).text).toContain("no uses left");
    expect(service.keys).toEqual([secret, secret]);
    expect(ann.messages.filter((one) => one.type === "lending.held" && one.lent.length > 0)).toEqual([]);
  });

  it("opens nothing once it is taken back: the item has other keys, and says what is to be done", async () => {
    const [hers, his] = terminals();
    expect(await hers.json(["grant", "revoke", grantId])).toMatchObject({ tier: "sealed", isSealedAnew: true });
    const refused = await his.run(["share", "open", shareId]);
    expect([refused.code, refused.stdout]).toEqual([5, ""]);
    expect(await his.json(["grant", "ls"])).toMatchObject([{ state: "revoked" }]);
    const [item] = await hers.json<{ exposedAt?: string }[]>(["vault", "ls"]);
    expect(item?.exposedAt).toMatch(/^20/);
  });

  it("is used no more by the agent that had it", async () => {
    expect((await sayAndAllow(use())).text).toMatch(/taken back|Nothing is lent/);
    expect(service.keys).toHaveLength(2);
  });

  it("was never seen by the platform, the relay, OpenClaw or a disk of either agent", async () => {
    async function* everything(): AsyncGenerator<Seen> {
      yield* filesBelow(place.folder);
      yield* platformView(place.endpoint);
      for (const { frames } of [ann, ben])
        yield* frames.map((text) => ({ where: "relay frame", bytes: Buffer.from(text) }));
      yield* said.map((text) => ({ where: "answer", bytes: Buffer.from(text) }));
    }
    expect(await findSentinels([secret], everything())).toEqual([]);
  });
});
