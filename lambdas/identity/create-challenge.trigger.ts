import * as z from "zod";
import { type Job, serveJob } from "#platform/pipe/job.ts";
import type { JobCtx } from "#platform/rules/context.ts";

/** The question is always the same: show a link or its code. What is right is decided by the link's own row. */
const Event = z.looseObject({ response: z.looseObject({}) });
type Event = z.output<typeof Event>;

export const createChallenge: Job<typeof Event, Event, object> = {
  name: "create-challenge",
  input: Event,
  async run(_ctx: JobCtx, event) {
    const parameters = { publicChallengeParameters: { kind: "link" }, privateChallengeParameters: { kind: "link" } };
    return { ...event, response: { ...event.response, ...parameters, challengeMetadata: "link" } };
  },
};

export const handler = serveJob(createChallenge, {});
