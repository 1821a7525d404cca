import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { createChallenge } from "#lambdas/identity/create-challenge.trigger.ts";
import { defineChallenge } from "#lambdas/identity/define-challenge.trigger.ts";
import { identityRoutes } from "#lambdas/identity/routes.ts";
import { verifyChallenge } from "#lambdas/identity/verify-challenge.trigger.ts";
import { serve } from "#platform/pipe/http.ts";
import type { Letter, Mail } from "#platform/services/mail.ts";
import type { Pool } from "#platform/services/pool.ts";
import { makeTokens } from "#platform/tokens/token.ts";
import { type TokenKey, thumbprint } from "#platform/tokens/token-format.ts";
import { identityContract } from "#shared/contracts/identity.ts";
import type { Id } from "#shared/ids.ts";
import { ORIGIN, World } from "./world.ts";

/** A post office that keeps what it was given. */
export class MemoryMail implements Mail {
  readonly letters: Letter[] = [];

  async send(letter: Letter): Promise<void> {
    this.letters.push(letter);
  }

  /** The secret in the newest letter, as a reader finds it behind the `#`. */
  secret(): string {
    return /#([\w-]{43})/.exec(this.letters.at(-1)?.text ?? "")?.[1] ?? "";
  }
}

/** A signing key as KMS keeps one: it answers DER. */
export function memoryTokenKey(): TokenKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    id: async () => thumbprint(publicKey),
    publicKey: async () => createPublicKey(privateKey),
    sign: async (bytes) => sign("sha256", bytes, privateKey),
  };
}

/** Cognito's part: it asks our own triggers in its order, and knows only users that were added. */
export class MemoryPool implements Pool {
  readonly users = new Map<Id<"user">, string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async addUser(userId: Id<"user">, email: string): Promise<void> {
    this.users.set(userId, email);
  }

  async isProved(userId: Id<"user">, answer: string): Promise<boolean> {
    if (!this.users.has(userId)) throw new Error("UserNotFoundException");
    const ctx = this.#world.jobCtx("trigger");
    const asked = await defineChallenge.run(ctx, { request: { session: [] }, response: {} });
    if (asked.response["challengeName"] !== "CUSTOM_CHALLENGE") return false;
    await createChallenge.run(ctx, { response: {} });
    const judged = await verifyChallenge.run(ctx, {
      userName: userId,
      request: { challengeAnswer: answer },
      response: {},
    });
    const session = [{ challengeResult: judged.response["answerCorrect"] === true }];
    const ended = await defineChallenge.run(ctx, { request: { session }, response: {} });
    return ended.response["issueTokens"] === true && ended.response["failAuthentication"] === false;
  }
}

/** A browser: it keeps the cookies it is given and sends them back, from our own page. */
export class Browser {
  readonly cookies = new Map<string, string>();
  token: string | undefined; // sent where there is one; public routes do not read it
  readonly #deployment: ReturnType<typeof openIdentity>;
  readonly #userAgent: string;

  constructor(
    deployment: ReturnType<typeof openIdentity>,
    userAgent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0",
  ) {
    this.#deployment = deployment;
    this.#userAgent = userAgent;
  }

  async post(path: string, body: object = {}, ip = "192.0.2.1") {
    const cookies = [...this.cookies].map(([name, value]) => `${name}=${value}`);
    const headers = { origin: ORIGIN, "user-agent": this.#userAgent };
    const { token } = this;
    const event = this.#deployment.world.event(`POST ${path}`, { body, cookies, headers, ip, ...(token && { token }) });
    const answer = await this.#deployment.handler(event);
    for (const cookie of answer.cookies ?? []) this.#keep(cookie);
    const parsed = JSON.parse(answer.body ?? "");
    return { status: answer.statusCode, headers: answer.headers, cookies: answer.cookies ?? [], body: parsed };
  }

  /** Asks for a link and opens it here. */
  async signIn(email: string) {
    await this.post("/v1/auth/links", { email });
    return this.post("/v1/auth/links/redeem", { secret: this.#deployment.mail.secret() });
  }

  #keep(cookie: string): void {
    const [, name = "", value = "", maxAge = "0"] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(cookie) ?? [];
    if (maxAge === "0") this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** The identity domain whole, with everything around it in memory. */
export function openIdentity(world = new World()) {
  const mail = new MemoryMail();
  const pool = new MemoryPool(world);
  const tokens = makeTokens(memoryTokenKey(), ORIGIN);
  const ports = { mail, pool, tokens, origin: ORIGIN, linksPerAddress: 30 };
  const handler = serve(identityContract, identityRoutes, world.door(ports));
  return { world, mail, pool, tokens, ports, handler };
}
