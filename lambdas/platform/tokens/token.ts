import { randomUUID } from "node:crypto";
import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { ROLE_NAMES } from "#shared/permissions.ts";
import { decodeToken, encodeToken, type TokenKey } from "./token-format.ts";

const Common = { iss: z.string(), iat: z.int(), exp: z.int(), jti: z.string() };
const AccessClaims = z.strictObject({
  typ: z.literal("access"),
  ...Common,
  sub: idOf("user"),
  tid: idOf("tenant").optional(),
  role: z.enum(ROLE_NAMES).optional(),
  sid: idOf("session"),
  amr: z.array(z.string()).readonly(),
  auth_time: z.int(),
});
const TaskClaims = z.strictObject({
  typ: z.literal("task"),
  ...Common,
  sub: idOf("task"),
  tid: idOf("tenant").optional(),
  agent: idOf("agent").optional(),
  user: idOf("user").optional(),
  generation: z.int().optional(),
});
const Claims = z.discriminatedUnion("typ", [AccessClaims, TaskClaims]);
export type Claims = z.output<typeof Claims>;

type Own = "iss" | "iat" | "exp" | "jti";
/** What is said about the bearer; who says it, when and for how long is added by the mint. */
type Statement = Omit<z.output<typeof AccessClaims>, Own> | Omit<z.output<typeof TaskClaims>, Own>;

const LIFE_SECONDS = { access: 600, task: 900 } as const;
const SKEW_SECONDS = 60;

export interface Tokens {
  mint(statement: Statement, now: Date): Promise<{ token: string; expiresAt: string }>;
  /** Undefined for anything this issuer did not sign, in any spelling but its own, or whose time is not now. */
  verify(token: string, now: Date): Promise<Claims | undefined>;
  jwks(): Promise<Record<string, unknown>[]>;
}

/** One issuer for people and tasks. The key never leaves where it is kept; verifying needs only its public half. */
export function makeTokens(key: TokenKey, issuer: string): Tokens {
  return {
    async mint(statement, now) {
      const iat = Math.floor(now.getTime() / 1000);
      const exp = iat + LIFE_SECONDS[statement.typ];
      const token = await encodeToken(key, { ...statement, iss: issuer, iat, exp, jti: randomUUID() });
      return { token, expiresAt: new Date(exp * 1000).toISOString() };
    },

    async verify(token, now) {
      const parsed = Claims.safeParse(await decodeToken(key, token));
      if (!parsed.success || parsed.data.iss !== issuer) return undefined;
      const seconds = now.getTime() / 1000;
      const { iat, exp } = parsed.data;
      return iat <= seconds + SKEW_SECONDS && exp > seconds ? parsed.data : undefined;
    },

    async jwks() {
      const jwk = (await key.publicKey()).export({ format: "jwk" });
      return [{ ...jwk, alg: "ES256", use: "sig", kid: await key.id() }];
    },
  };
}
