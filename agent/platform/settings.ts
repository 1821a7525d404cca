import * as z from "zod";

/** What a task is told when it starts. The ticket is worth a service token, so it leaves the environment at once. */
const Environment = z.object({
  OCMT_API_URL: z.url().transform((url) => url.replace(/\/+$/, "")),
  OCMT_RELAY_URL: z.url({ protocol: /^wss?$/ }),
  OCMT_STATE_DIR: z.string().startsWith("/"),
  OCMT_SIZE: z.enum(["small", "medium", "large"]).default("small"),
  OCMT_LAUNCH_TICKET: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "expected a launch ticket"),
});

export interface Settings {
  readonly apiUrl: string;
  readonly relayUrl: string;
  readonly folder: string;
  readonly size: "small" | "medium" | "large";
  readonly ticket: string;
}

/** Reads the environment and takes the ticket out of it, also when the rest does not parse. */
export function takeSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = { ...environment };
  delete environment["OCMT_LAUNCH_TICKET"];
  const read = Environment.parse(given);
  return {
    apiUrl: read.OCMT_API_URL,
    relayUrl: read.OCMT_RELAY_URL,
    folder: read.OCMT_STATE_DIR,
    size: read.OCMT_SIZE,
    ticket: read.OCMT_LAUNCH_TICKET,
  };
}
