import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "#shared/errors.ts";
import type { HttpEvent } from "../pipe/event.ts";
import { refuse } from "../pipe/request.ts";
import type { Update } from "../tables/change.ts";
import type { Directory } from "../tables/directory.ts";
import type { TenantTable } from "../tables/table.ts";
import { type Actor, actorId } from "./context.ts";

/**
 *   sk                               in the tenant, or under USER#<id> for a person in none yet
 *   ONCE#<actor>#<hash of the key>   request: hash of route and input · reply: sealed, once it is known ·
 *                                    holdsUntil: before that nobody begins anew
 *
 * The reply is sealed under a key derived from the idempotency key, of which only a hash is kept: the table alone
 * cannot show an API key that was made and answered.
 */
const KEY_PATTERN = /^[\x21-\x7e]{16,128}$/;
const LIFE_SECONDS = 24 * 3600;
const RUNNING_SECONDS = 60; // longer than any function may run

interface Asked {
  readonly event: HttpEvent;
  readonly actor: Actor;
  readonly table: TenantTable | null;
  readonly directory: Directory;
  readonly now: Date;
  readonly input: Record<string, unknown>;
}

export interface Once {
  readonly replay?: unknown;
  finish(reply: unknown): Promise<void>;
  forget(): Promise<void>;
}

/** The first request with a key runs; a repetition is answered alike; another request with the same key is refused. */
export async function beginOnce(asked: Asked): Promise<Once | undefined> {
  const key = asked.event.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (!KEY_PATTERN.test(key)) refuse("idempotency-key: expected 16 to 128 visible characters");

  const rows = placeOf(asked);
  const sk = `ONCE#${actorId(asked.actor)}#${sha256(`once\0${key}`)}`;
  const seconds = Math.floor(asked.now.getTime() / 1000);
  const request = sha256(JSON.stringify([asked.event.routeKey, asked.input]));
  const begin = { request, reply: null, holdsUntil: seconds + RUNNING_SECONDS, ttlSeconds: seconds + LIFE_SECONDS };

  const earlier = await rows.get(sk);
  if (earlier && earlier["request"] !== request) throw new AppError("idempotency.reused");
  if (typeof earlier?.["reply"] === "string") return { ...inert, replay: unseal(earlier["reply"], key, sk) };
  if (earlier && Number(earlier["holdsUntil"]) <= seconds) throw new AppError("idempotency.unfinished"); // never done twice
  await rows.update({ do: "update", sk, set: begin, if: { holdsUntil: { lte: seconds } }, ...first });
  return {
    finish: async (reply) =>
      void (await rows.update({
        do: "update",
        sk,
        set: { reply: seal(reply, key, sk), holdsUntil: begin.ttlSeconds },
        ...first,
      })),
    // Nothing was done: the caller may correct the cause and try again with the same key.
    forget: async () => void (await rows.update({ do: "update", sk, set: { holdsUntil: 0, ttlSeconds: 0 }, ...first })),
  };
}

const first = { orMissing: true, otherwise: "idempotency.running" } as const;
const inert = { finish: async () => {}, forget: async () => {} };

function placeOf({ table, directory, actor }: Asked) {
  if (table) return { get: (sk: string) => table.get(sk), update: (change: Update) => table.update(change) };
  if (actor.kind !== "user") throw new AppError("auth.forbidden");
  const pk = `USER#${actor.userId}` as const;
  return {
    get: (sk: string) => directory.at(pk).get(sk),
    update: (change: Update) => directory.update({ ...change, pk }),
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const keyFrom = (key: string, sk: string): Buffer => Buffer.from(hkdfSync("sha256", key, sk, "ocmt/v1/once-reply", 32));

function seal(reply: unknown, key: string, sk: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFrom(key, sk), nonce);
  const sealed = [nonce, cipher.update(JSON.stringify(reply), "utf8"), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat(sealed).toString("base64");
}

function unseal(sealed: string, key: string, sk: string): unknown {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", keyFrom(key, sk), bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(-16));
  return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8"));
}
