import type { PersonCtx, PublicCtx, Request } from "#platform/rules/context.ts";
import { cookieName, formatCookie } from "#platform/rules/cookie.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { Mail } from "#platform/services/mail.ts";
import type { Pool } from "#platform/services/pool.ts";
import { hashSecret, isSameHash, makeSecret } from "#platform/tokens/secret.ts";
import type { AccessToken, identityContract } from "#shared/contracts/identity.ts";
import type { Input } from "#shared/contracts/route.ts";
import { describeDevice } from "#shared/device-name.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { findOrAddPerson } from "../people/people.ts";
import { hashEmail } from "../people/person.repository.ts";

import { type SessionPorts, startSession } from "../sessions/sessions.ts";
import {
  CODE_TRIES_MAX,
  countTry,
  findLink,
  findLinkId,
  hashLinkSecret,
  insertLink,
  type LinkRow,
  showCode,
} from "./link.repository.ts";
import { answerByCode, answerBySecret, deriveCode, hashCode } from "./link-answer.ts";
import { writeLinkLetter } from "./link-letter.ts";

type Routes = typeof identityContract;
export interface LinkPorts extends SessionPorts {
  readonly mail: Mail;
  readonly pool: Pool;
  /** How many links one address of the network may ask for in the life of a link. */
  readonly linksPerAddress: number;
}
type LinkCtx = PublicCtx & LinkPorts;

const LINK_SECONDS = 15 * 60;
const PER_ADDRESS = { what: "link-address", max: 5, seconds: LINK_SECONDS };

/**
 * Whether the address is known is not looked up here, so the answer and its timing cannot tell: a person comes to be
 * when a link is redeemed.
 */
export async function requestLink(ctx: LinkCtx, { email }: Input<Routes["requestLink"]>) {
  const now = ctx.now();
  const perIp = { what: "link-ip", max: ctx.linksPerAddress, seconds: LINK_SECONDS };
  await countRate(ctx.directory, { ...perIp, who: hashSecret("ip", ctx.request.ip) }, now);
  await countRate(ctx.directory, { ...PER_ADDRESS, who: hashEmail(email) }, now);

  const secret = makeSecret();
  const browser = readBrowserSecret(ctx.request, ctx.origin) ?? makeSecret();
  const link: LinkRow = {
    id: newId("link", now),
    email,
    secretHash: hashLinkSecret(secret),
    browserHash: hashSecret("link-browser", browser),
    codeHash: null,
    tries: 0,
    state: "open",
    device: describeDevice(ctx.request.userAgent),
    expiresAt: new Date(now.getTime() + LINK_SECONDS * 1000).toISOString(),
    ttlSeconds: Math.floor(now.getTime() / 1000) + LINK_SECONDS,
  };
  await ctx.directory.write(...insertLink(link));
  await ctx.mail.send(writeLinkLetter(email, ctx.origin, secret, link.device));
  ctx.request.setCookie(formatCookie(ctx.origin, { name: "link", value: browser, maxAgeSeconds: LINK_SECONDS }));
  return { linkId: link.id, expiresAt: link.expiresAt };
}

export async function showLinkCode(ctx: LinkCtx, { secret }: Input<Routes["showLinkCode"]>) {
  const link = await getLinkBySecret(ctx, secret);
  const code = deriveCode(link.id, secret);
  await ctx.directory.write(showCode(link.id, hashCode(link.id, code)));
  return { code, device: link.device, expiresAt: link.expiresAt };
}

export async function redeemLink(ctx: LinkCtx, { secret }: Input<Routes["redeemLink"]>): Promise<AccessToken> {
  const link = await getLinkHereBySecret(ctx, secret);
  return enter(ctx, link, answerBySecret(link.id, secret));
}

export async function redeemCode(ctx: LinkCtx, { linkId, code }: Input<Routes["redeemCode"]>): Promise<AccessToken> {
  const link = await getLinkHere(ctx, linkId);
  await tryCode(ctx, link, code);
  return enter(ctx, link, answerByCode(link.id, code));
}

async function enter(ctx: LinkCtx, link: LinkRow, answer: string): Promise<AccessToken> {
  const userId = await findOrAddPerson(ctx, link.email);
  await prove(ctx, userId, answer);
  return startSession(ctx, userId, ["link"]);
}

/** Whoever redeems a link: anyone, or a person who confirms that it is them. */
type RedeemCtx = (PublicCtx | PersonCtx) & LinkPorts;

/** Uses the link up. @throws link.invalid unless Cognito says that this very person has answered */
export async function prove(ctx: RedeemCtx, userId: Id<"user">, answer: string): Promise<void> {
  if (!(await ctx.pool.isProved(userId, answer))) throw new AppError("link.invalid");
  ctx.request.setCookie(formatCookie(ctx.origin, { name: "link", value: "", maxAgeSeconds: 0 }));
}

/** @throws link.code_wrong */
export async function tryCode({ directory }: RedeemCtx, { id, codeHash }: LinkRow, code: string): Promise<void> {
  await directory.update(countTry(id));
  if (codeHash === null || !isSameHash(codeHash, hashCode(id, code))) throw new AppError("link.code_wrong");
}

/** In the browser that asked for it. */
export async function getLinkHereBySecret(ctx: RedeemCtx, secret: string): Promise<LinkRow> {
  const link = await getLinkBySecret(ctx, secret);
  if (!isSameBrowser(ctx, link)) throw new AppError("link.other_browser");
  return link;
}

export async function getLinkHere(ctx: RedeemCtx, linkId: Id<"link">): Promise<LinkRow> {
  const link = getOpenLink(await findLink(ctx.directory, linkId));
  if (!isSameBrowser(ctx, link)) throw new AppError("link.invalid"); // not even a try for anyone else
  return link;
}

/** Why a link cannot be used is for who holds its secret. Whoever tries secrets or digits hears one answer. */
async function getLinkBySecret({ directory }: RedeemCtx, secret: string): Promise<LinkRow> {
  const linkId = await findLinkId(directory, secret);
  if (!linkId) throw new AppError("link.invalid");
  const link = await findLink(directory, linkId);
  if (!link) throw new AppError("link.expired");
  if (link.state === "used") throw new AppError("link.used");
  return getOpenLink(link);
}

function getOpenLink(link: LinkRow | undefined): LinkRow {
  if (link?.state !== "open" || link.tries >= CODE_TRIES_MAX) throw new AppError("link.invalid");
  return link;
}

function readBrowserSecret(request: Request, origin: string): string | undefined {
  const value = request.cookies[cookieName(origin, "link")];
  return value?.length === 43 ? value : undefined;
}

function isSameBrowser(ctx: RedeemCtx, link: LinkRow): boolean {
  const browser = readBrowserSecret(ctx.request, ctx.origin);
  return browser !== undefined && isSameHash(link.browserHash, hashSecret("link-browser", browser));
}
