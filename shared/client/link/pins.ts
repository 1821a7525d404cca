import * as z from "zod";
import type { Agent, SavedState } from "#shared/contracts/agents.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";

/**
 * What a device remembers of an agent between visits: the key that vouches for launches, the image it unlocked, the highest
 * generation and envelope it has seen, and the last state the agent told it of. A platform that shows something older is refused,
 * and another image until the person has accepted it.
 */
export const AgentPin = z.object({
  launchKey: z.string().optional(),
  imageDigest: z.string().optional(),
  generation: z.int().nonnegative(),
  envelopeVersion: z.int().nonnegative().default(0),
  state: z.object({ seq: z.int().nonnegative(), hash: z.string() }),
});
export type AgentPin = z.infer<typeof AgentPin>;

export const FIRST_PIN: AgentPin = { generation: 0, envelopeVersion: 0, state: { seq: 0, hash: "" } };

/** The person has said that the image may change: the next one that proves itself is taken. */
export async function acceptImage(pins: PinStore): Promise<void> {
  const pin = await pins.read();
  if (!pin) return;
  const { imageDigest: _, ...rest } = pin;
  await pins.write(rest);
}

export interface PinStore {
  read(): Promise<AgentPin | undefined>;
  write(pin: AgentPin): Promise<void>;
}

/** @throws crypto.rollback when the platform offers an older state, or another one under the same number. */
export function checkSaved({ saved }: Pick<Agent, "saved">, pin: AgentPin): void {
  const offered = saved?.seq ?? 0;
  const isNewer = offered > pin.state.seq;
  const isSame = offered === pin.state.seq && (offered === 0 || saved?.hash === pin.state.hash);
  demand(isNewer || isSame, "crypto.rollback");
}

export const pinState = (pin: AgentPin, { seq, hash }: Pick<SavedState, "seq" | "hash">): AgentPin =>
  seq > pin.state.seq ? { ...pin, state: { seq, hash } } : pin;
