import type { PersonCtx } from "#platform/rules/context.ts";
import type { AccessToken, identityContract } from "#shared/contracts/identity.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { findUserId } from "../people/person.repository.ts";
import { confirmSession } from "../sessions/sessions.ts";
import type { LinkRow } from "./link.repository.ts";
import { answerByCode, answerBySecret } from "./link-answer.ts";
import { getLinkHere, getLinkHereBySecret, type LinkPorts, prove, tryCode } from "./links.ts";

type Routes = typeof identityContract;
type ConfirmCtx = PersonCtx & LinkPorts;

/**
 * [Note: step-up] Routes that are `fresh` ask a person for a proof of the last five minutes. It is a link as for signing in, with the
 * same limits, bound to the same browser, to the person's own address: whoever took over a session has not taken over the mailbox.
 * What it changes is the session's row, which the authorizer reads, and nothing in the session's own secrets.
 */
export async function confirmLink(ctx: ConfirmCtx, { secret }: Input<Routes["confirmLink"]>): Promise<AccessToken> {
  const link = await getLinkHereBySecret(ctx, secret);
  await checkOwn(ctx, link);
  return confirm(ctx, answerBySecret(link.id, secret));
}

export async function confirmCode(
  ctx: ConfirmCtx,
  { linkId, code }: Input<Routes["confirmCode"]>,
): Promise<AccessToken> {
  const link = await getLinkHere(ctx, linkId);
  await checkOwn(ctx, link);
  await tryCode(ctx, link, code);
  return confirm(ctx, answerByCode(link.id, code));
}

/** Before the link is used up: somebody else's stays good for them. */
async function checkOwn({ actor, directory }: ConfirmCtx, { email }: LinkRow): Promise<void> {
  if ((await findUserId(directory, email)) !== actor.userId) throw new AppError("link.other_address");
}

async function confirm(ctx: ConfirmCtx, answer: string): Promise<AccessToken> {
  await prove(ctx, ctx.actor.userId, answer);
  return confirmSession(ctx);
}
