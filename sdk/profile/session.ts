import { platform } from "node:os";
import { apiClient, isSignedOut } from "#shared/client/api-client.ts";
import { apiClients, type Clients } from "#shared/client/clients.ts";
import { makeSession } from "#shared/client/session.ts";
import { type AccessToken, identityContract } from "#shared/contracts/identity.ts";
import type { Login, Profile } from "./profile.ts";

/** Nobody is signed in under this profile, or the session has ended. */
export class SignedOut extends Error {
  override readonly name = "SignedOut";
}

/** The API as the person who is signed in. Several processes share one session: the first whose token is old renews it for all. */
export function openApi(profile: Profile, { url }: Pick<Login, "url">): Clients {
  const fetch = fetchWithCookies(profile, url);
  const anonymous = apiClient(identityContract, { baseUrl: url, token: async () => undefined, fetch });
  const session = makeSession({
    refresh: async () => (await freshToken(profile)) ?? keepToken(profile, await anonymous.refresh({}).catch(ifEnded)),
    alone: profile.alone,
    now: Date.now,
  });
  const token = async () => {
    const current = (await freshToken(profile))?.accessToken ?? (await session.token());
    if (!current) throw new SignedOut("Sign in first: ocmt login");
    return current;
  };
  return apiClients({ baseUrl: url, token, fetch });
}

/** So that a list of one's sessions says which of them this is. */
const SYSTEM = { darwin: "Mac OS X", win32: "Windows", linux: "Linux" }[platform() as string] ?? platform();
const USER_AGENT = `ocmt-cli/1 (${SYSTEM})`;

const EARLY_MS = 60_000;

async function freshToken(profile: Profile): Promise<AccessToken | undefined> {
  const token = (await profile.read())?.token;
  return token && Date.parse(token.expiresAt) - EARLY_MS > Date.now() ? token : undefined;
}

async function keepToken(profile: Profile, token: AccessToken | undefined): Promise<AccessToken | undefined> {
  const login = await profile.read();
  if (login && token) await profile.write({ ...login, token });
  return token;
}

function ifEnded(error: unknown): undefined {
  if (isSignedOut(error)) return undefined;
  throw error;
}

/** Cookies as a browser keeps them, for the routes that sign in and out; the service asks where a request comes from, and it is its own client. */
function fetchWithCookies(profile: Profile, url: string): typeof fetch {
  return async (address, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("origin", url);
    headers.set("user-agent", USER_AGENT);
    const login = await profile.read();
    const cookies = Object.entries(login?.cookies ?? {}).map(([name, value]) => `${name}=${value}`);
    if (cookies.length > 0 && isOfSession(String(address))) headers.set("cookie", cookies.join("; "));
    const response = await fetch(address, { ...init, headers });
    const lines = response.headers.getSetCookie();
    const now = lines.length > 0 ? await profile.read() : undefined;
    if (now) await profile.write({ ...now, cookies: withCookies(now.cookies, lines) });
    return response;
  };
}

const isOfSession = (address: string): boolean => new URL(address).pathname.startsWith("/v1/auth/");

function withCookies(cookies: Login["cookies"], lines: readonly string[]): Login["cookies"] {
  const kept = new Map(Object.entries(cookies));
  for (const line of lines) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0(;|$)/i.test(line)) kept.delete(name);
    else kept.set(name, value);
  }
  return Object.fromEntries(kept);
}
