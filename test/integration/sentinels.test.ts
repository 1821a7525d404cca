import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { type Id, newId } from "#shared/ids.ts";
import { Machine } from "#test/support/machine.ts";
import { Person } from "#test/support/person.ts";
import { plantSentinel } from "#test/support/plant-sentinel.ts";
import { platformView, type Seen } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";
import { openRecordingProxy } from "#test/support/recording-proxy.ts";
import { KEEP, openSentinelModel, READ } from "#test/support/sentinel-model.ts";
import { changeEveryKey, makeVaultSentinels, useEveryVault } from "#test/support/sentinel-story.ts";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";

/** B12: strings that only their owner may read, put in every place a person can put one, and then looked for everywhere. */
describe("B12 what the platform could see", () => {
  const place = joinProduct();
  const person = new Person(place);
  const inVaults = makeVaultSentinels();
  const secret = {
    passphrase: makeSentinel("passphrase"),
    message: makeSentinel("message"),
    left: makeSentinel("left-while-asleep"),
    file: makeSentinel("agent-file"),
    modelKey: makeSentinel("model-key"),
    itemName: makeSentinel("item-name"),
    username: makeSentinel("user-name"),
    password: makeSentinel("item-password"),
    changed: makeSentinel("changed-password"),
    note: makeSentinel("item-note"),
    removed: makeSentinel("removed-item"),
    sharedName: makeSentinel("shared-name"),
    sharedSecret: makeSentinel("shared-secret"),
    ...inVaults,
  };
  let keys: Awaited<ReturnType<typeof changeEveryKey>>;
  const exchanged: Seen[] = [];
  const friend = new Person(place);
  let proxy: Awaited<ReturnType<typeof openRecordingProxy>>;
  let friends: Machine;
  let spare: Machine;
  let opened = "";
  let seenInVaults = "";
  let machine: Machine;
  let readBack = "";
  let model: Awaited<ReturnType<typeof openSentinelModel>>;
  let agentId: Id<"agent">;

  beforeAll(async () => {
    model = await openSentinelModel(secret.file);
    recordExchanges(person, exchanged);
    recordExchanges(friend, exchanged);
    proxy = await openRecordingProxy(place.url, exchanged);
    const throughProxy = { ...place, url: proxy.url };
    machine = await Machine.make(throughProxy);
    friends = await Machine.make(throughProxy);
    spare = await Machine.make(throughProxy);
    await person.settle(secret.passphrase);
    const provider = { kind: "openai", baseUrl: model.baseUrl, apiKey: secret.modelKey, modelId: "m" } as const;
    agentId = (await person.deploy("Ada", provider)).id;
    await Promise.all([useAgent(), useVaults()]);
    await spare.signIn(person.email);
    keys = await changeEveryKey(machine, spare, secret.passphrase);
  });
  afterAll(async () => {
    await person.retire();
    for (const one of [machine, friends, spare]) await one.remove();
    proxy.close();
    model.close();
  });

  /** Told something, and told to keep a file; then asleep, and after that it reads the file where nothing was said of it. */
  async function useAgent(): Promise<void> {
    await person.isOpen();
    const conversationId = newId("conversation", new Date());
    await say(secret.message, conversationId);
    await say(KEEP, conversationId);
    await sleep();
    person.openLink(agentId);
    await say(secret.left, conversationId);
    await say(READ);
    await sleep();
  }

  const say = async (text: string, to?: Id<"conversation">) => person.replyTo(await person.say(text, to));

  async function sleep(): Promise<void> {
    await person.api.agents.stop({ agentId });
    await person.untilAgent(agentId, "stopped");
  }

  async function useVaults(): Promise<void> {
    await useVault();
    await shareItem();
    seenInVaults = await useEveryVault({ mine: machine, theirs: friends, theirEmail: friend.email }, inVaults);
  }

  /** From a program on another device: kept, changed, read back, removed. */
  async function useVault(): Promise<void> {
    await machine.signIn(person.email);
    await machine.unlock(secret.passphrase);
    const { username, password, changed, note } = secret;
    const put = (name: string, fields: object) =>
      machine.json(["vault", "put", name, "--stdin"], { stdin: JSON.stringify(fields) });
    await put(secret.itemName, { username, password, note });
    await put(secret.itemName, { password: changed });
    await put(secret.removed, { note: secret.removed });
    await machine.json(["vault", "rm", "--yes", secret.removed]);
    readBack = (await machine.run(["vault", "get", secret.itemName, "--show"])).stdout;
  }

  /** To a colleague on a machine of theirs: opened, taken back, and noted as one to be changed. */
  async function shareItem(): Promise<void> {
    await friend.settleWith(person, secret.passphrase, "admin");
    await friends.signIn(friend.email);
    await friends.unlock(secret.passphrase);
    const fields = JSON.stringify({ password: secret.sharedSecret });
    await machine.json(["vault", "put", secret.sharedName, "--stdin"], { stdin: fields });
    const item = ["share", "item", secret.sharedName, friend.email, "--as", "read"];
    const { id } = await machine.json<{ id: string }>(item);
    await friends.json(["share", "accept", id]);
    opened = (await friends.run(["share", "open", id, "--show"])).stdout;
    await machine.json(["share", "revoke", id, "--yes"]);
  }

  async function* everything(): AsyncGenerator<Seen> {
    yield* exchanged;
    yield* person.frames.map((text) => ({ where: "relay frame of a device", bytes: Buffer.from(text) }));
    yield* platformView(place.endpoint);
    for (const { home } of [machine, friends, spare]) yield* filesOf(home); // a thief of the disk sees as little
    yield* filesOf(join(place.folder, "emulator"));
    yield* filesOf(join(place.folder, "logs"));
  }

  it("was used: the model was asked with the key, and heard the messages", () => {
    const asked = model.asked.join("\n");
    for (const used of [secret.modelKey, secret.message, secret.left]) expect(asked).toContain(used);
  });

  it("kept the agent's file: written by its tool, sealed while it slept, and read by its tool once it was awake", () => {
    expect(model.results.get("callwrite")).toContain("kept.txt");
    expect(model.results.get("callread")).toContain(secret.file);
  });

  it("kept the vault: what was sealed is read back", () => {
    for (const kept of [secret.itemName, secret.username, secret.changed, secret.note])
      expect(readBack).toContain(kept);
  });

  it("handed one item on: what was sealed is read by who it was for", () => {
    for (const read of [secret.sharedName, secret.sharedSecret]) expect(opened).toContain(read);
  });

  it("kept and carried what is in every kind of vault, a file, an opening and a request between people", () => {
    for (const read of Object.values(inVaults)) expect(seenInVaults).toContain(read);
  });

  it("changed every key, and each was one that opened", async () => {
    expect(new Set(Object.values(keys)).size).toBe(6);
    await machine.unlock(keys.third);
    for (const words of [keys.drawnWords, keys.rotatedWords, person.recoveryPhrase])
      expect(words.split(" ")).toHaveLength(12);
    expect(keys.letInBy.split(" ")).toHaveLength(6);
  });

  it("holds none of them", async () => {
    const { account, recoveryPhrase } = person;
    const bytes = [account?.root.urk ?? expect.unreachable(), readHardwareKey(keys.recoveryKey)];
    const real = [recoveryPhrase, ...Object.values(keys), keys.recoveryKey.replaceAll("-", ""), ...bytes];
    expect(await findSentinels([...Object.values(secret), ...real], everything())).toEqual([]);
  });

  it("would have shown one: what is given in the clear is found in every kind of place", async () => {
    const planted = makeSentinel("planted");
    const { version } = await person.api.agents.get({ agentId });
    await person.api.agents.rename({ agentId, name: planted, version });
    await expect.poll(() => person.socket?.readyState).toBe(WebSocket.OPEN);
    person.socket?.send(planted);
    const uproot = await plantSentinel(place.endpoint, planted);
    const found = await findSentinels([planted], everything()).finally(uproot);
    const places = ["table", "request body", "object", "log", "environment", "execution", "relay frame"];
    const kinds = places.filter((one) => found.some((where) => where.startsWith(`${planted} in ${one} `)));
    expect(kinds).toEqual(places);
    const { name } = await machine.json<{ name: string }>(["vault", "new", makeSentinel("vault-name").slice(0, 60)]);
    expect((await findSentinels([name], exchanged)).join()).toContain("request POST /v1/vaults"); // the platform knows it
  });
});

/** Keeps every body the person's browser sent and was sent. */
function recordExchanges(person: Person, into: Seen[]): void {
  person.onExchange = (url, sent, received) => {
    into.push({ where: `request body of ${url}`, bytes: Buffer.from(sent) });
    into.push({ where: `reply body of ${url}`, bytes: Buffer.from(received) });
  };
}

async function* filesOf(folder: string): AsyncGenerator<Seen> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) yield { where: `file ${path}`, bytes: await readFile(path).catch(() => Buffer.alloc(0)) };
  }
}
