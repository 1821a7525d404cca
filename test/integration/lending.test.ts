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
}

/** Ann has a key; Ben's agent uses it through hers. Both work from a terminal, and speak with their agents from a browser. */
describe("an item that one person lends to another's agent", () => {
  const place = joinProduct();
  const passphrase = "seven words that nobody else has said";
  const secret = makeSentinel("lent-key");
  const reason = makeSentinel("reason");
  const [ann, ben] = [new Person(place), new Person(place)];
  const machines: Machine[] = [];
  const { said, say, sayAndAllow } = speaking(ben); // he allows what his own agent wants to do; she is not asked
  let service: EchoService;
  let grantId = "";

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
  it("is asked for and given, and both agents hear of it", async () => {
    const [hers, his] = terminals();
    const request = ["grant", "request", ann.email, "--agent", "Bea", "--what", "The weather", "--why", reason];
    const asked = await his.json<{ id: string }>([...request, "--site", service.site, "--for", "week", "--uses", "5"]);
    grantId = asked.id;
    const [shown] = await hers.json<{ id: string; state: string; reason: string }[]>(["grant", "ls"]);
    expect(shown).toMatchObject({ id: grantId, state: "asked", reason });
    const approve = [
      "grant",
      "approve",
      grantId,
      "Weather service",
      "--agent",
      "Ada",
      "--as",
      "weather",
      "--uses",
      "2",
    ];
    expect(await hers.json(approve)).toMatchObject({ id: grantId, told: "told" });
    await ann.until(() => ann.messages.some((one) => one.type === "lending.held" && one.lent[0]?.grantId === grantId));
    await his.json(["agent", "lock", "Bea", "--off"]); // any device that speaks with an agent tells it
    expect(await say("lent: list")).toContain("weather/key");
  });

  it("is denied by who is asked, or withdrawn by who asked, and then nobody gives it", async () => {
    const [hers, his] = terminals();
    const request = ["grant", "request", ann.email, "--agent", "Bea", "--what", "The rain", "--why", reason];
    const ask = async () => (await his.json<{ id: string }>([...request, "--site", service.site])).id;
    const [denied, withdrawn] = [await ask(), await ask()];
    expect(await hers.json(["grant", "deny", denied])).toEqual({ id: denied });
    expect(await his.run(["grant", "deny", withdrawn])).toMatchObject({ code: 0, stdout: "Withdrawn.\n" });
    const states = (await his.json<Listed[]>(["grant", "ls"])).map(({ id, state }) => [id, state]);
    expect(states).toEqual(
      expect.arrayContaining([
        [denied, "denied"],
        [withdrawn, "withdrawn"],
        [grantId, "approved"],
      ]),
    );
    const late = await hers.run(["--json", "grant", "approve", denied, "Weather service", "--agent", "Ada"]);
    expect([late.code, late.stdout]).toEqual([2, ""]);
    expect((await hers.run(["grant", "deny", "grt_nothing"])).code).toBe(5);
  });

  it("is used through the other agent, which counts: two times and no third", async () => {
    for (let nth = 0; nth < 2; nth += 1)
      expect((await sayAndAllow(use())).text).toContain("You sent [vault:weather/key]. The forecast is rain.");
    expect((await sayAndAllow(use())).text).toContain("no uses left");
    expect(service.keys).toEqual([secret, secret]);
    const [shown] = await terminals()[1].json<{ uses: number }[]>(["grant", "ls"]);
    expect(shown?.uses).toBe(2);
  });

  it("is nobody's any more once it is taken back", async () => {
    const [hers] = terminals();
    await hers.json(["grant", "revoke", grantId]);
    expect((await hers.json<{ state: string }[]>(["grant", "ls"]))[0]?.state).toBe("revoked");
    expect((await sayAndAllow(use())).text).toContain("taken back");
    expect(service.keys).toHaveLength(2);
  });

  it("was never seen by the platform, the relay, the other person's agent or its disk", async () => {
    async function* everything(): AsyncGenerator<Seen> {
      yield* filesBelow(place.folder);
      yield* platformView(place.endpoint);
      for (const { frames } of [ann, ben])
        yield* frames.map((text) => ({ where: "relay frame", bytes: Buffer.from(text) }));
      yield* said.map((text) => ({ where: "answer", bytes: Buffer.from(text) }));
    }
    expect(await findSentinels([secret, reason], everything())).toEqual([]);
  });
});
