import * as z from "zod";
import { type Job, serveJob } from "#platform/pipe/job.ts";
import type { JobCtx } from "#platform/rules/context.ts";
import { AppError } from "#shared/errors.ts";
import { consumeLink, findLink } from "./links/link.repository.ts";
import { readAnswer } from "./links/link-answer.ts";
import { findUserId } from "./people/person.repository.ts";

/** Judges an answer: it must be of a link for this very user, and the link is used up in the same write. */
const Event = z.looseObject({
  userName: z.string(),
  request: z.looseObject({ challengeAnswer: z.string().max(200) }),
  response: z.looseObject({}),
});
type Event = z.output<typeof Event>;

export const verifyChallenge: Job<typeof Event, Event, object> = {
  name: "verify-challenge",
  input: Event,
  async run(ctx, event) {
    const answerCorrect = await isRight(ctx, event.userName, event.request.challengeAnswer);
    return { ...event, response: { ...event.response, answerCorrect } };
  },
};

async function isRight({ directory }: JobCtx, userName: string, answer: string): Promise<boolean> {
  const proof = readAnswer(answer);
  const link = proof && (await findLink(directory, proof.linkId));
  if (!link || (await findUserId(directory, link.email)) !== userName) return false;
  try {
    await directory.write(consumeLink(link.id, proof.by));
    return true;
  } catch (error) {
    if (error instanceof AppError) return false; // used already, or not its secret
    throw error;
  }
}

export const handler = serveJob(verifyChallenge, {});
