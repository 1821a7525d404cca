import { once } from "node:events";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { STSClient } from "@aws-sdk/client-sts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { assumeTenantRole } from "#platform/tenancy/tenant-credentials.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, newId } from "#shared/ids.ts";
import { Person } from "#test/support/person.ts";
import { asOperator, platformView } from "#test/support/platform-view.ts";
import { environmentOf, lambdaWorkers } from "#test/support/processes.ts";
import { joinProduct } from "#test/support/product.ts";

/** What the code that enters a tenant reads of its function's environment. */
const READ_BY_IT = ["TENANT_ROLE_ARN", "TABLE_NAME", "DIRECTORY_NAME", "STATE_BUCKET", "AWS_REGION"];

/** Two people of two organisations, at once: neither can see, address or wake the other's agent. */
describe("two tenants side by side", () => {
  const place = joinProduct();
  const ada = new Person(place);
  const bob = new Person(place);
  let adas: Agent;
  let bobs: Agent;

  beforeAll(async () => {
    await Promise.all([
      ada.settle("the first passphrase of several words"),
      bob.settle("the second passphrase of several words"),
    ]);
    adas = await ada.deploy("Ada's");
    await ada.isOpen();
  });
  afterAll(async () => {
    await ada.retire();
    await bob.retire();
  });
  afterEach(() => vi.unstubAllEnvs());

  it("E01 keeps one's agent from the other in every route, as if it did not exist", async () => {
    const agentId = adas.id;
    const nowhere = newId("agent", new Date());
    const { agents, chat } = bob.api;
    const asks = [
      (id: Agent["id"]) => agents.get({ agentId: id }),
      (id: Agent["id"]) => agents.wake({ agentId: id }),
      (id: Agent["id"]) => agents.stop({ agentId: id }),
      (id: Agent["id"]) => agents.pause({ agentId: id }),
      (id: Agent["id"]) => agents.remove({ agentId: id }),
      (id: Agent["id"]) => agents.launch({ agentId: id }),
      (id: Agent["id"]) => agents.getEnvelope({ agentId: id }),
      (id: Agent["id"]) => agents.listEvents({ agentId: id }),
      (id: Agent["id"]) => agents.rename({ agentId: id, name: "Mine", version: 1 }),
      (id: Agent["id"]) => chat.relayTicket({ agentId: id, deviceId: bob.device?.id ?? newId("device", new Date()) }),
      (id: Agent["id"]) => chat.enqueue({ agentId: id, messageId: newId("message", new Date()), blob: "AAAA" }),
    ];
    for (const ask of asks) {
      const [theirs, nobodys] = await Promise.all(
        [ask(agentId), ask(nowhere)].map((reply) => reply.catch((e) => e.problem)),
      );
      expect(theirs).toMatchObject({ code: "agent.not_found", status: 404 });
      expect({ ...theirs, request_id: "" }).toEqual({ ...nobodys, request_id: "" });
    }
    expect((await agents.list({})).items).toEqual([]);
    expect((await ada.api.agents.get({ agentId })).state).toBe("running");
  });

  it("E08 lets no ticket, and no frame, reach a connection of the other", async () => {
    const uninvited = new WebSocket(`${place.url.replace(/^http/, "ws")}/relay?ticket=${"A".repeat(43)}`);
    const [refused] = await once(uninvited, "error");
    expect(String(refused)).toMatch(/40[13]/);
    bobs = await bob.deploy("Bob's");
    await bob.isOpen();
    const before = ada.frames.length;
    const theirs = await socketsOf(ada); // known to nobody but the platform; a guess is made to succeed
    expect(theirs.length).toBeGreaterThan(0);
    const frame = { v: 1, kind: "frame", sid: "A".repeat(22), seq: 0, b64: "AAAA" };
    for (const to of [...theirs, "agent", "unknown=="]) bob.socket?.send(JSON.stringify({ ...frame, to }));
    const said = await ada.say("still here");
    await ada.replyTo(said);
    const foreign = ada.frames.slice(before).filter((text) => text.includes('"AAAA"'));
    expect(foreign).toEqual([]);
  });

  /** The names of somebody's open sockets, as they stand in the directory. */
  async function socketsOf({ account }: Person): Promise<string[]> {
    const names: string[] = [];
    for await (const { where, bytes } of platformView(place.endpoint)) {
      const [, name] = /^table \S+ CONNECTION#(\S+) CONNECTION$/.exec(where) ?? [];
      if (name && bytes.includes(account?.tid ?? "nobody")) names.push(name);
    }
    return names;
  }

  it("lets a relay ticket be used once", async () => {
    const { ticket } = await ada.api.chat.relayTicket({
      agentId: adas.id,
      deviceId: ada.device?.id ?? newId("device", new Date()),
    });
    const url = `${place.url.replace(/^http/, "ws")}/relay?ticket=${ticket}`;
    const first = new WebSocket(url);
    await once(first, "open");
    const second = new WebSocket(url);
    const [refused] = await once(second, "error");
    expect(String(refused)).toMatch(/40[13]/);
    first.terminate();
  });

  it("E09 opens a tenant's sealed states, and not the other's, by the session that a function takes on for the tenant", async () => {
    const sealed = await Promise.all([sealedStateOf(ada, adas), sealedStateOf(bob, bobs)]);
    for (const [mine, other] of [sealed, sealed.toReversed()]) {
      const { s3, Bucket } = asTenant(mine?.tid ?? newId("tenant", new Date()));
      const read = (Key = "") => s3.send(new GetObjectCommand({ Bucket, Key }));
      expect((await read(mine?.key)).ContentLength).toBeGreaterThan(0);
      await expect(read(other?.key)).rejects.toMatchObject({ name: "AccessDenied" });
    }
  });

  /** Puts the agent to sleep, and finds the object of its state, as the operator may. */
  async function sealedStateOf({ api, account }: Person, { id: agentId }: Agent) {
    await api.agents.stop({ agentId });
    await expect.poll(async () => (await api.agents.get({ agentId })).state, { timeout: 90_000 }).toBe("stopped");
    const tid = account?.tid ?? newId("tenant", new Date());
    const s3 = new S3Client({ ...asOperator(place.endpoint), forcePathStyle: true });
    const Prefix = `t/${tid}/agents/${agentId}/state/`;
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: environmentOfTasks()["STATE_BUCKET"], Prefix }),
    );
    const key = Contents[0]?.Key;
    if (!key) throw new Error(`no object under ${Prefix}`);
    return { tid, key };
  }

  /** From inside the function that gives tasks the addresses of their states: with its rights, and as it enters a tenant. */
  function asTenant(tid: Id<"tenant">) {
    const inside = environmentOfTasks();
    for (const name of READ_BY_IT) vi.stubEnv(name, inside[name]);
    const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "", AWS_SESSION_TOKEN = "" } = inside;
    const own = {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    };
    const { endpoint, region } = asOperator(place.endpoint);
    const credentials = assumeTenantRole(tid, new STSClient({ endpoint, region, credentials: own }));
    return {
      s3: new S3Client({ endpoint, region, credentials, forcePathStyle: true }),
      Bucket: inside["STATE_BUCKET"],
    };
  }

  function environmentOfTasks(): Record<string, string> {
    const worker = lambdaWorkers(place.folder).find(({ command }) => command.includes("tasksFunction"));
    if (!worker) throw new Error("the tasks function has a worker while agents run");
    return environmentOf(worker);
  }

  it("E10 names no other tenant in what an execution was started with", async () => {
    const tenants = [ada.account?.tid ?? "nobody", bob.account?.tid ?? "nobody"];
    const named = new Set<string>();
    for await (const { where, bytes } of platformView(place.endpoint)) {
      if (!where.startsWith("execution")) continue;
      const found = tenants.filter((tid) => bytes.includes(tid));
      expect(found.length, where).toBeLessThan(2);
      for (const tid of found) named.add(tid);
    }
    expect([...named].sort()).toEqual(tenants.sort()); // each has deployed an agent
  });
});
