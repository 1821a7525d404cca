import { serveJob } from "#platform/pipe/job.ts";
import { admit, Knock } from "./admit.ts";

export const handler = serveJob({ name: "relay-authorizer", input: Knock, run: admit }, {});
