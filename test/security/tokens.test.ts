import { createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createLocalJWKSet, jwtVerify, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { makeTokens, type Tokens } from "#platform/tokens/token.ts";
import { encodeToken, type TokenKey, toRaw } from "#platform/tokens/token-format.ts";
import { newId } from "#shared/ids.ts";
import { memoryTokenKey } from "#test/support/identity.ts";

const ISSUER = "https://ocmt.example";
const now = new Date("2030-01-01T00:00:00Z");
const seconds = now.getTime() / 1000;
const later = (s: number) => new Date(now.getTime() + s * 1000);
const statement = {
  typ: "access",
  sub: newId("user", now),
  tid: newId("tenant", now),
  role: "member",
  sid: newId("session", now),
  amr: ["link"],
  auth_time: seconds,
} as const;
const b64 = (value: object | string) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

describe("an access token", () => {
  const key: TokenKey = memoryTokenKey();
  const tokens: Tokens = makeTokens(key, ISSUER);
  let token: string;
  let parts: [string, string, string];
  beforeAll(async () => {
    token = (await tokens.mint(statement, now)).token;
    parts = token.split(".") as [string, string, string];
  });
  const refused = async (text: string, at = now) => expect(await tokens.verify(text, at)).toBeUndefined();
  const claims = (more: object = {}) => ({
    ...statement,
    iss: ISSUER,
    iat: seconds,
    exp: seconds + 600,
    jti: "j",
    ...more,
  });

  it("is a JWT that any library verifies by our JWKS", async () => {
    const keys = createLocalJWKSet({ keys: (await tokens.jwks()) as never });
    const { payload, protectedHeader } = await jwtVerify(token, keys, { issuer: ISSUER, currentDate: now });
    expect(payload).toMatchObject({ ...statement, iat: seconds, exp: seconds + 600 });
    expect(protectedHeader.alg).toBe("ES256");
  });

  it("is verified by its own issuer until ten minutes have passed", async () => {
    expect(await tokens.verify(token, now)).toMatchObject(statement);
    expect(await tokens.verify(token, later(599))).toBeDefined();
    await refused(token, later(600));
  });

  it("F01 is refused unsigned, with an HMAC by the public key, and by any key it brings along", async () => {
    const kid = await key.id();
    const publicKey = await key.publicKey();
    const spki = publicKey.export({ format: "der", type: "spki" });
    const pem = publicKey.export({ format: "pem", type: "spki" });
    const body = b64(claims());
    const none = `${b64({ alg: "none", typ: "JWT", kid })}.${body}`;
    await refused(`${none}.`);
    await refused(`${none}.${parts[2]}`);
    for (const secret of [spki, pem, await key.id()]) {
      const head = `${b64({ alg: "HS256", typ: "JWT", kid })}.${body}`;
      await refused(`${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`);
    }
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const jwk = createPublicKey(other.privateKey).export({ format: "jwk" });
    const headers = [
      { alg: "ES256", typ: "JWT", kid },
      { alg: "ES256", typ: "JWT", kid, jwk },
      { alg: "ES256", typ: "JWT", kid, jku: "https://evil.example/jwks" },
      { alg: "ES256", typ: "JWT", kid, x5u: "https://evil.example/x" },
      { alg: "ES256", typ: "JWT", kid: "../../etc/passwd" },
      { alg: "ES256", typ: "JWT", kid, crit: ["exp"] },
      { alg: "ES256", typ: "JWT", kid, b64: false, crit: ["b64"] },
    ];
    for (const header of headers) {
      const signed = `${b64(header)}.${body}`;
      const raw = toRaw(sign("sha256", Buffer.from(signed), other.privateKey));
      await refused(`${signed}.${Buffer.from(raw).toString("base64url")}`);
    }
  });

  it("F01 is refused with a header of our own key that says anything more or in another order", async () => {
    const kid = await key.id();
    for (const header of [
      { typ: "JWT", alg: "ES256", kid },
      { alg: "ES256", typ: "JWT", kid, crit: [] },
      { alg: "ES256", typ: "at+jwt", kid },
    ]) {
      const signed = `${b64(header)}.${b64(claims())}`;
      const raw = toRaw(await key.sign(Buffer.from(signed)));
      await refused(`${signed}.${Buffer.from(raw).toString("base64url")}`);
    }
  });

  it("F01 is refused with a claim twice, and with deep JSON, though our key had signed it", async () => {
    const kid = await key.id();
    const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`;
    const text = JSON.stringify(claims());
    for (const payload of [
      text.replace("{", '{"role":"owner",'),
      text.replace('"role":"member"', '"role":"member","role":"owner"'),
      text.replace("{", `{"deep":${deep},`),
      ` ${text}`,
    ]) {
      const signed = `${b64({ alg: "ES256", typ: "JWT", kid })}.${b64(payload)}`;
      const raw = toRaw(await key.sign(Buffer.from(signed)));
      await refused(`${signed}.${Buffer.from(raw).toString("base64url")}`);
    }
  });

  it.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["no issuer", { iss: undefined }],
    ["a start in the future", { iat: seconds + 3600, exp: seconds + 7200 }],
    ["an end in the past", { exp: seconds }],
    ["no end", { exp: undefined }],
    ["another type", { typ: "id" }],
    ["no session", { sid: undefined }],
    ["a tenant that is no id", { tid: "tnt_*" }],
    ["a role that does not exist", { role: "root" }],
    ["a task's claims beside a person's", { agent: newId("agent", now) }],
    ["a claim we do not know", { admin: true }],
  ])("F02 is refused with %s", async (_, more) => {
    await refused(await encodeToken(key, claims(more)));
  });

  it("F02 is refused where it is a library's token of another key with our claims", async () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const header = { alg: "ES256", typ: "JWT", kid: await key.id() };
    await refused(await new SignJWT(claims()).setProtectedHeader(header).sign(other.privateKey));
  });

  it("E03 names no tenant but by a well-formed id", async () => {
    for (const tid of [
      "*",
      "?",
      "#",
      ["$", "{aws:userid}"].join(""),
      '"',
      "tnt_",
      `tnt_${"0".repeat(2048)}`,
      "tnt_ünïcode",
      null,
      7,
    ]) {
      await refused(await encodeToken(key, claims({ tid })));
    }
  });

  it("F03 has one spelling: no padding, spaces, other alphabet, loose bits, more parts or the other of two signatures", async () => {
    const [head, body, signature] = parts;
    const last = signature.at(-1) ?? "";
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const loose = alphabet[alphabet.indexOf(last) ^ 1] ?? "";
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const raw = Buffer.from(signature, "base64url");
    const s = BigInt(`0x${raw.subarray(32).toString("hex")}`);
    const high = Buffer.from((order - s).toString(16).padStart(64, "0"), "hex");
    const variants = [
      `${token}=`,
      `${token}==`,
      `${token} `,
      ` ${token}`,
      `${token}\n`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}=.${signature}`,
      `${token}.`,
      `${token}.x`,
      `${head}.${body}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(0, -1)}${loose}`,
      `${head}.${body}.${signature.replaceAll("-", "+").replaceAll("_", "/")}+`,
      `${head}.${body}.${Buffer.concat([raw.subarray(0, 32), high]).toString("base64url")}`,
      `${head}.${body}.${Buffer.concat([raw, Buffer.alloc(1)]).toString("base64url")}`,
      "",
      ".",
      "..",
      "x".repeat(10_000),
    ];
    for (const variant of variants) await refused(variant);
  });

  it("F03 is refused with any one bit altered", async () => {
    for (let at = 0; at < token.length; at += 1) {
      const altered = token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ 1) + token.slice(at + 1);
      await refused(altered);
    }
  });

  it("is signed with the lower of the two possible numbers, whichever the key answered", async () => {
    for (let n = 0; n < 32; n++) {
      const { token: one } = await tokens.mint(statement, now);
      expect(await tokens.verify(one, now)).toBeDefined();
    }
  });

  it("of a task says so, and cannot be taken for a person's", async () => {
    const { token: task } = await tokens.mint({ typ: "task", sub: newId("task", now) }, now);
    expect(await tokens.verify(task, now)).toMatchObject({ typ: "task" });
    await refused(task, later(900));
    await refused(await encodeToken(key, { ...claims(), typ: "task" }));
  });
});

describe("a DER signature", () => {
  it.each([
    ["is empty", ""],
    ["is not a sequence", "3106020101020101"],
    ["is longer than it says", "300602010102010100"],
    ["is shorter than it says", "3007020101020101"],
    ["holds no integer", "3006040101020101"],
    ["holds a third integer", "3009020101020101020101"],
    ["holds an empty integer", "300502000201010"],
  ])("is refused when it %s", (_, hex) => {
    expect(() => toRaw(Buffer.from(hex, "hex"))).toThrow();
  });
});
