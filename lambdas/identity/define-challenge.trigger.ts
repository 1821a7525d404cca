import * as z from "zod";
import { type Job, serveJob } from "#platform/pipe/job.ts";
import type { JobCtx } from "#platform/rules/context.ts";

/** Cognito asks what comes next: one challenge, one answer, and then a token or nothing. */
const Event = z.looseObject({
  request: z.looseObject({ session: z.array(z.looseObject({ challengeResult: z.boolean() })).nullish() }),
  response: z.looseObject({}),
});
type Event = z.output<typeof Event>;

export const defineChallenge: Job<typeof Event, Event, object> = {
  name: "define-challenge",
  input: Event,
  async run(_ctx: JobCtx, event) {
    const answers = event.request.session ?? [];
    const isProved = answers.length === 1 && answers[0]?.challengeResult === true;
    const response = {
      issueTokens: isProved,
      failAuthentication: answers.length > 0 && !isProved,
      ...(answers.length === 0 ? { challengeName: "CUSTOM_CHALLENGE" } : {}),
    };
    return { ...event, response: { ...event.response, ...response } };
  },
};

export const handler = serveJob(defineChallenge, {});
