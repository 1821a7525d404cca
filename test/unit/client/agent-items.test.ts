import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import { GRANTS_MAX, type VaultOffer } from "#shared/channel/app-vault.ts";
import { type AgentItems, keepAgentItems } from "#shared/client/agent-items/agent-items.ts";
import {
  addGrant,
  aliasOf,
  type ItemGrant,
  NO_GRANTS,
  setLocked,
  siteOf,
  takeBack,
} from "#shared/client/agent-items/grants.ts";
import { changeGrants, type GrantMeans, readGrants } from "#shared/client/agent-items/sealed-grants.ts";
import { makeAgentSecrets, openEnvelope, sealEnvelope } from "#shared/client/agent-keys.ts";
import { ApiError } from "#shared/client/api-client.ts";
import type { Account } from "#shared/client/keyring.ts";
import { type AgentPin, FIRST_PIN } from "#shared/client/link/pins.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Envelope } from "#shared/contracts/agents.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import { loginOf, VaultWorld } from "#test/support/vault-world.ts";

const now = new Date();
const agentId = newId("agent", now);
const grantOf = (more: Partial<ItemGrant> = {}): ItemGrant => ({
  ...{ vaultId: newId("vault", now), itemId: newId("item", now), as: "bank", sites: ["https://bank.example"] },
  ...more,
});

describe("a grant", () => {
  it("is added, replaced under other terms, and taken back", () => {
    const grant = grantOf();
    const one = addGrant(NO_GRANTS, grant);
    expect(addGrant(one, { ...grant, as: "savings" }).items).toEqual([{ ...grant, as: "savings" }]);
    expect(takeBack(one, grant.itemId)).toEqual(NO_GRANTS);
  });

  it.each([
    ["a name in use", () => grantOf(), "name"],
    ["a name with a slash", () => grantOf({ as: "a/b" }), "name has"],
    ["a path behind the site", () => grantOf({ as: "b", sites: ["https://bank.example/login"] }), "site looks"],
    ["no site", () => grantOf({ as: "b", sites: [] }), "site looks"],
    ["another scheme", () => grantOf({ as: "b", sites: ["ftp://bank.example"] }), "site looks"],
  ])("is refused with %s", (_what, makeGrant, words) => {
    expect(() => addGrant(addGrant(NO_GRANTS, grantOf()), makeGrant())).toThrow(words);
  });

  it("is one of a few", () => {
    const full = { ...NO_GRANTS, items: Array.from({ length: GRANTS_MAX }, (_, i) => grantOf({ as: `item-${i}` })) };
    expect(() => addGrant(full, grantOf())).toThrow("at most");
  });

  it("is given a name and a site as a person would", () => {
    expect([aliasOf("Savings bank (Ada's)"), aliasOf("Überweisung"), aliasOf("銀行")]).toEqual([
      "savings-bank-ada-s",
      "u-berweisung",
      "item",
    ]);
    expect([siteOf("bank.example/login"), siteOf("http://a:81/b"), siteOf("  "), siteOf("not a site")]).toEqual([
      ...["https://bank.example", "http://a:81", undefined, undefined],
    ]);
  });
});

describe("what an agent may use, sealed", () => {
  let world: VaultWorld;
  let keeper: Awaited<ReturnType<VaultWorld["keeper"]>>;
  let account: Account;
  let vaults: Vaults;
  let book: VaultBook;
  let envelope: Envelope | null;
  let pin: AgentPin | undefined;
  let means: GrantMeans;
  let meanwhile: () => void;

  beforeEach(async () => {
    world = new VaultWorld();
    keeper = await world.keeper("acme");
    ({ account } = keeper);
    vaults = world.vaultsOf(keeper);
    book = await vaults.open("own");
    envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets({ kind: "demo" }));
    pin = undefined;
    meanwhile = () => undefined;
    means = {
      ...{ account, agentId },
      agents: {
        getEnvelope: async () => envelope,
        async putEnvelope({ version, blob }) {
          meanwhile();
          if (version !== (envelope?.version ?? 0) + 1) throw new ApiError("agent.envelope_changed", "changed");
          envelope = { version, blob };
          return envelope;
        },
      },
      pins: {
        read: async () => pin,
        change: async (next) => {
          pin = next(pin ?? FIRST_PIN);
        },
      },
    };
  });

  const keepLogin = () => book.save({ id: newId("item", new Date()), version: 0 }, loginOf("bank", "the password"));
  const grantTo = (itemId: ItemGrant["itemId"], as = "bank") =>
    changeGrants(means, (before) => addGrant(before, grantOf({ vaultId: book.vaultId, itemId, as })));

  it("lies in the agent's secrets, which stay as they are, and does not show in their size", async () => {
    const before = envelope && openEnvelope(account, agentId, envelope);
    const bytes = envelope && decodeBase64url(envelope.blob).length;
    const { version, grants } = await grantTo(newId("item", now));
    expect(version).toBe(2);
    expect(envelope && openEnvelope(account, agentId, envelope)).toEqual({ ...before, grants });
    expect(envelope && decodeBase64url(envelope.blob).length).toBe(bytes);
  });

  it("is read from secrets that were sealed before there were grants", async () => {
    expect(await readGrants(means)).toEqual({ version: 1, grants: NO_GRANTS });
  });

  it("is changed on top of what another device changed meanwhile", async () => {
    const theirs = grantOf({ as: "theirs" });
    meanwhile = () => {
      meanwhile = () => undefined;
      envelope = sealEnvelope(account, agentId, 2, {
        ...makeAgentSecrets({ kind: "demo" }),
        grants: addGrant(NO_GRANTS, theirs),
      });
    };
    const { version, grants } = await grantTo(newId("item", now), "mine");
    expect([version, grants.items.map(({ as }) => as)]).toEqual([3, ["theirs", "mine"]]);
  });

  it("is refused where the platform shows what was before a grant was taken back", async () => {
    const { id } = await keepLogin();
    await grantTo(id);
    const withGrant = envelope;
    await changeGrants(means, (before) => takeBack(before, id));
    envelope = withGrant;
    await expect(readGrants(means)).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  describe("and offered", () => {
    const told: DeviceMessage[] = [];
    const troubles: unknown[] = [];
    let opened = 0;
    let items: AgentItems;
    beforeEach(() => {
      for (const list of [told, troubles]) list.length = 0;
      opened = 0;
      items = keepAgentItems({
        ...means,
        openVaults: async () => {
          opened += 1;
          return vaults;
        },
        tell: (message) => told.push(message) > 0,
        onTrouble: (error) => void troubles.push(error),
      });
    });
    const lastOffer = () => told.at(-1) as { type: "vault.offer" } & VaultOffer; // nothing else is told here

    it("goes with its fields, without the note", async () => {
      const { id } = await keepLogin();
      await grantTo(id);
      await items.offer();
      expect(lastOffer()).toMatchObject({
        type: "vault.offer",
        version: 2,
        isLocked: false,
        items: [{ itemId: id, as: "bank", itemVersion: 1 }],
      });
      expect(lastOffer().items[0]?.fields).toEqual([
        { name: "username", value: "ann", isHidden: false },
        { name: "password", value: "the password", isHidden: true },
        { name: "url", value: "https://example.org", isHidden: false },
      ]);
    });

    it("goes without a refresh token", async () => {
      const content = {
        type: "oauth_token",
        provider: "p",
        accessToken: "at",
        refreshToken: "rt",
        scopes: "",
        note: "",
      } as const;
      const { id } = await book.save(
        { id: newId("item", new Date()), version: 0 },
        { entry: { type: "oauth_token", name: "t", detail: "" }, content },
      );
      await grantTo(id);
      await items.offer();
      expect(lastOffer().items[0]?.fields.map(({ name }) => name)).toEqual(["provider", "accessToken"]);
    });

    it("goes as it is now, and without an item that was removed", async () => {
      const listed = await keepLogin();
      await grantTo(listed.id);
      const changed = await book.save(listed, loginOf("bank", "another password"));
      await items.offer();
      expect(JSON.stringify(lastOffer())).toContain("another password");
      await book.remove([changed]);
      await items.offer();
      expect(lastOffer()).toMatchObject({ version: 2, items: [] });
    });

    it("goes from a vault that a group shares as well, and from none that one does not belong to", async () => {
      const shared = await vaults.open(await vaults.create("Ours"));
      const { id: itemId } = await shared.save(
        { id: newId("item", new Date()), version: 0 },
        loginOf("registrar", "group's password"),
      );
      await changeGrants(means, (before) =>
        addGrant(before, grantOf({ vaultId: shared.vaultId, itemId, as: "registrar" })),
      );
      await changeGrants(means, (before) => addGrant(before, grantOf({ as: "another" })));
      await items.offer();
      expect(troubles).toEqual([]);
      expect(lastOffer().items.map(({ as }) => as)).toEqual(["registrar"]);
    });

    it("goes without what another member left in the place of an item, and all else with it", async () => {
      const shared = await vaults.open(await vaults.create("Ours"));
      const { vaultId } = shared;
      const listed = await shared.save(world.newItem(), loginOf("registrar"));
      await changeGrants(means, (before) => addGrant(before, grantOf({ vaultId, itemId: listed.id, as: "junk" })));
      await world.leaveJunk(keeper, vaultId, listed);
      await grantTo((await keepLogin()).id);
      await items.offer();
      expect(troubles).toEqual([]);
      expect(lastOffer().items.map(({ as }) => as)).toEqual(["bank"]);
    });

    it("goes empty while it is locked, and the vault is not opened for that", async () => {
      await grantTo((await keepLogin()).id);
      await items.change((before) => setLocked(before, true));
      expect(lastOffer()).toEqual({ type: "vault.offer", version: 3, isLocked: true, items: [] });
      expect(opened).toBe(0);
      await items.change((before) => setLocked(before, false));
      expect(lastOffer().items).toHaveLength(1);
    });

    it("goes again when the agent has heard of a newer version from another device", async () => {
      await items.read();
      await grantTo((await keepLogin()).id); // on another device
      items.heard({ version: 1, isLocked: false, items: [] });
      expect(told).toEqual([]);
      items.heard({ version: 2, isLocked: false, items: [] });
      await expect.poll(() => lastOffer()?.items.length).toBe(1);
    });

    it("goes not at all where the platform shows an older state", async () => {
      await grantTo((await keepLogin()).id);
      envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets({ kind: "demo" }));
      await items.offer();
      expect(told).toEqual([]);
      expect(troubles).toMatchObject([{ code: "crypto.rollback" }]);
    });
  });
});
