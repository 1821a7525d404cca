import * as z from "zod";
import { AGENT_STATES } from "#shared/contracts/agents.ts";
import { idOf } from "#shared/ids.ts";
import { ConnectionId, isRelaySized, parseJson } from "./envelope.ts";

/**
 * What the platform itself says over the relay. It is never trusted with a secret and never believed about an end's
 * identity: it can only make an end look again, wait, or stop. `generation` lets an end drop what is out of date.
 */
const about = { v: z.literal(1), agentId: idOf("agent"), generation: z.int().nonnegative() };

/** To a browser. */
export const BrowserControl = z.discriminatedUnion("control", [
  z.object({ ...about, control: z.literal("agent.online") }),
  z.object({ ...about, control: z.literal("agent.offline") }),
  z.object({ ...about, control: z.literal("agent.changed"), state: z.enum(AGENT_STATES) }),
  z.object({ ...about, control: z.literal("queued"), messageId: idOf("message") }),
  z.object({
    v: z.literal(1),
    control: z.literal("refused"),
    reason: z.enum(["malformed", "too_large", "too_many", "forbidden", "gone"]),
  }),
]);
export type BrowserControl = z.infer<typeof BrowserControl>;

/** To an agent's task. `assign` names the agent; the token for it is fetched by `POST /v1/tasks/renew`. */
export const TaskControl = z.discriminatedUnion("control", [
  z.object({ ...about, control: z.literal("assign"), tenantId: idOf("tenant"), userId: idOf("user") }),
  z.object({ ...about, control: z.literal("suspend"), deadlineSeconds: z.int().positive() }),
  z.object({ ...about, control: z.literal("pause") }),
  z.object({ ...about, control: z.literal("resume") }),
  z.object({ ...about, control: z.literal("wake") }), // messages wait in the queue
  z.object({ ...about, control: z.literal("peer.gone"), connectionId: ConnectionId }),
  z.object({ v: z.literal(1), control: z.literal("shutdown"), reason: z.enum(["recycled", "replaced", "expired"]) }),
  z.object({
    v: z.literal(1),
    control: z.literal("refused"),
    reason: z.enum(["malformed", "too_large", "too_many", "forbidden", "gone"]),
  }),
]);
export type TaskControl = z.infer<typeof TaskControl>;

export const RelayControl = z.union([BrowserControl, TaskControl]);
export type RelayControl = z.infer<typeof RelayControl>;

export const readBrowserControl = (text: string): BrowserControl | undefined => read(BrowserControl, text);
export const readTaskControl = (text: string): TaskControl | undefined => read(TaskControl, text);

/** Parsed before it is sent: what the schema does not name does not leave. */
export const writeRelayControl = (control: RelayControl): string => JSON.stringify(RelayControl.parse(control));

function read<T extends z.ZodType>(schema: T, text: string): z.output<T> | undefined {
  return isRelaySized(text) ? schema.safeParse(parseJson(text)).data : undefined;
}
