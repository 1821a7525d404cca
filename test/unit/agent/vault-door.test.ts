import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { OfferedItem } from "#shared/channel/app-vault.ts";
import { newId } from "#shared/ids.ts";
import { type AgentVault, openAgentVault } from "../../../agent/vault/vault.ts";

const KEY = `sk-"live"/+&4711`;
const PASSWORD = "otter lamp & gravel";

/** A service that tells back what it was sent, which is the worst it can do. */
describe("the door to the vault", () => {
  const heard: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const service = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    heard.push({ url: request.url ?? "", headers: request.headers, body });
    if (request.url === "/away") response.writeHead(302, { location: "http://elsewhere.example/" });
    const { authorization = "", "x-api-key": key = "" } = request.headers;
    response.end(`${request.url} ${authorization} ${key} ${body}`);
  });
  let site: string;
  let vault: AgentVault;
  beforeAll(async () => {
    await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
    site = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  });
  afterAll(() => void service.close());
  beforeEach(async () => {
    vault = await openAgentVault(fetch);
    vault.holdings.take({ version: 1, isLocked: false, items: [item("weather", [["key", KEY]]), login()] });
    heard.length = 0;
  });
  afterEach(() => vault.close());

  const item = (as: string, hidden: [string, string][], more: OfferedItem["fields"] = []): OfferedItem => ({
    ...{ itemId: newId("item", new Date()), itemVersion: 1, as, sites: [site] },
    fields: [...hidden.map(([name, value]) => ({ name, value, isHidden: true })), ...more],
  });
  const login = () => item("shop", [["password", PASSWORD]], [{ name: "username", value: "ada", isHidden: false }]);
  const knock = async (path: string, body?: object, token = vault.door.token) => {
    const response = await fetch(`http://127.0.0.1:${vault.door.port}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  };
  const send = async (call: object, toolCallId = "call_1") => {
    vault.permits.put(toolCallId, JSON.stringify(call));
    const { status, text } = await knock("/request", { toolCallId });
    return { status, ...(JSON.parse(text) as { error?: string; body?: string; headers?: Record<string, string> }) };
  };

  it("is shut to whoever has not its token", async () => {
    expect((await knock("/items", undefined, "another")).status).toBe(401);
    expect((await knock("/call", { toolCallId: "call_1", text: "{}" }, "")).status).toBe(401);
    expect((await knock("/elsewhere")).status).toBe(404);
  });

  it("tells names, references and sites, and no value", async () => {
    const { text } = await knock("/items");
    expect(JSON.parse(text)).toEqual({
      items: [
        { name: "weather", sites: [site], references: ["weather/key"] },
        { name: "shop", sites: [site], references: ["shop/password", "shop/username"] },
      ],
    });
  });

  it("sends nothing that was not approved, and what was approved once", async () => {
    const call = { url: `${site}/a`, use: [{ header: "x-api-key", reference: "weather/key" }] };
    expect(await knock("/request", { toolCallId: "call_1", ...call })).toMatchObject({ status: 403 });
    expect(await send({ ...call, use: [{ header: "x-api-key", reference: "shop/password" }] })).toMatchObject({
      status: 200,
    });
    expect(await knock("/request", { toolCallId: "call_1" })).toMatchObject({ status: 403 });
    expect(heard.map(({ headers }) => headers["x-api-key"])).toEqual([PASSWORD]);
  });

  it.each([
    ["application/json", (key: string) => JSON.stringify({ key })],
    ["application/x-www-form-urlencoded", (key: string) => `key=${encodeURIComponent(key)}`],
    ["text/plain", (key: string) => `key ${key}`],
  ])("puts a value into a body of %s as that spells it, and hears it back masked", async (type, spell) => {
    const before = type.includes("json")
      ? '{"key":"{{vault:weather/key}}"}'
      : spell("KEY").replace("KEY", "{{vault:weather/key}}");
    const answer = await send({ method: "POST", url: `${site}/b`, headers: { "content-type": type }, body: before });
    expect(heard[0]?.body).toBe(spell(KEY));
    expect(answer.body).toContain("[vault:weather/key]");
    expect(answer.body).not.toContain("4711");
  });

  it("puts it into an address and into basic authentication, and masks those as well", async () => {
    const answer = await send({ url: `${site}/c?key={{vault:weather/key}}`, basicAuth: "shop" });
    const { url, headers } = heard[0] ?? { url: "", headers: {} };
    expect(new URL(url, site).searchParams.get("key")).toBe(KEY);
    expect(headers.authorization).toBe(`Basic ${Buffer.from(`ada:${PASSWORD}`).toString("base64")}`);
    expect(answer.body).not.toMatch(/4711|YWRhO/);
  });

  it.each([
    [
      "another site",
      () => ({ url: "http://elsewhere.example/", use: [{ header: "a", reference: "weather/key" }] }),
      "nowhere else",
    ],
    ["another port", () => ({ url: `${site}1/`, use: [{ header: "a", reference: "weather/key" }] }), "."],
    ["a site that a value would make", () => ({ url: "http://{{vault:shop/username}}.example/" }), "."],
    [
      "an item that is not granted",
      () => ({ url: `${site}/`, use: [{ header: "a", reference: "other/key" }] }),
      "Nothing is granted",
    ],
    [
      "a field that is not there",
      () => ({ url: `${site}/`, use: [{ header: "a", reference: "weather/note" }] }),
      "no field",
    ],
    ["no reference at all", () => ({ url: `${site}/` }), "nothing of the vault"],
    [
      "another host's name",
      () => ({ url: `${site}/`, use: [{ header: "Host", reference: "weather/key" }] }),
      "headers",
    ],
    ["a call of another shape", () => ({ url: `${site}/`, key: "{{vault:weather/key}}" }), "not one that"],
  ])("refuses %s, before anything is sent", async (_what, makeCall, words) => {
    const answer = await send(makeCall());
    expect(answer.status).toBe(422);
    expect(answer.error).toContain(words);
    expect(heard).toEqual([]);
  });

  it("does not follow a service to another place, and quotes no value when it does not answer", async () => {
    const use = [{ header: "x-api-key", reference: "weather/key", scheme: "Key" }];
    expect(await send({ url: `${site}/away`, use })).toMatchObject({
      headers: { location: "http://elsewhere.example/" },
    });
    expect(heard.map(({ headers }) => headers["x-api-key"])).toEqual([`Key ${KEY}`]);
    vault.holdings.take({ version: 2, isLocked: false, items: [{ ...login(), sites: ["http://127.0.0.1:9"] }] });
    expect((await send({ url: "http://127.0.0.1:9/", basicAuth: "shop" })).error).toBe("The service did not answer.");
  });

  it("has nothing any more once it is taken back or locked, not even for what was approved", async () => {
    const call = { url: `${site}/a`, use: [{ header: "x-api-key", reference: "weather/key" }] };
    vault.holdings.take({ version: 2, isLocked: false, items: [login()] });
    expect((await send(call)).error).toContain('Nothing is granted under the name "weather"');
    vault.holdings.take({ version: 3, isLocked: true, items: [] });
    expect((await send({ url: `${site}/a`, basicAuth: "shop" })).error).toContain("Nothing is granted");
    expect(JSON.parse((await knock("/items")).text)).toEqual({ items: [] });
    expect(heard).toEqual([]);
  });

  it("does not take what is older than what it has: an older version of the grants, or of an item", () => {
    const before = vault.holdings.list().map((one) => ({ ...one, itemVersion: 5 }));
    expect(vault.holdings.take({ version: 2, isLocked: false, items: before })).toBe(true);
    expect(vault.holdings.take({ version: 1, isLocked: false, items: [] })).toBe(false);
    const stale = before.map((one) => ({ ...one, itemVersion: 4, fields: [], sites: ["https://new.example"] }));
    expect(vault.holdings.take({ version: 2, isLocked: false, items: stale })).toBe(true);
    expect(vault.holdings.list()).toEqual(before.map((one) => ({ ...one, sites: ["https://new.example"] })));
  });
});
