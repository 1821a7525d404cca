import * as z from "zod";
import type { Agent, Envelope, SavedState } from "#shared/contracts/agents.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";

/**
 * What a device remembers of an agent between visits: the key that vouches for launches, the image it unlocked, the highest
 * generation and envelope it has seen, and the last state the agent told it of. A platform that shows something older is refused,
 * and another image until the person has accepted it.
 */
export const AgentPin = z.object({
  launchKey: z.string().optional(),
  imageDigest: z.string().optional(),
  generation: z.int().nonnegative(),
  /** The start whose launch key and image were taken as the platform named them: there was nothing yet to hold them against. */
  takenGeneration: z.int().nonnegative().optional(),
  envelopeVersion: z.int().nonnegative().default(0),
  envelopeHash: z.string().default(""), // of the sealed bytes under that version; empty where an earlier program pinned it
  state: z.object({ seq: z.int().nonnegative(), hash: z.string() }),
});
export type AgentPin = z.infer<typeof AgentPin>;

export const FIRST_PIN: AgentPin = { generation: 0, envelopeVersion: 0, envelopeHash: "", state: { seq: 0, hash: "" } };

/** The person has said that the image may change: the next one that proves itself is taken. */
export async function acceptImage(pins: PinStore): Promise<void> {
  await pins.change(({ imageDigest: _, ...rest }) => rest);
}

export interface PinStore {
  read(): Promise<AgentPin | undefined>;
  /** From what is remembered now, `FIRST_PIN` where nothing is; two changes at once both count. */
  change(next: (pin: AgentPin) => AgentPin): Promise<void>;
}

/**
 * The agent's secrets as they were sealed last, as far as this device knows: in older ones a grant may stand that was taken back.
 * @throws crypto.rollback when the platform shows older ones, or others under the same number
 */
export function checkEnvelope(envelope: Envelope | null, pin: AgentPin): void {
  const version = envelope?.version ?? 0;
  const isSame = version === pin.envelopeVersion && (!pin.envelopeHash || hashOf(envelope) === pin.envelopeHash);
  demand(version > pin.envelopeVersion || isSame, "crypto.rollback");
}

export function pinEnvelope(pin: AgentPin, envelope: Envelope | null): AgentPin {
  const isSeen = !envelope || envelope.version < pin.envelopeVersion;
  const isKnown = envelope?.version === pin.envelopeVersion && pin.envelopeHash !== "";
  return isSeen || isKnown ? pin : { ...pin, envelopeVersion: envelope.version, envelopeHash: hashOf(envelope) };
}

const hashOf = (envelope: Envelope | null): string =>
  envelope ? encodeBase64url(sha256(decodeBase64url(envelope.blob))) : "";

/** @throws crypto.rollback when the platform offers an older state, or another one under the same number. */
export function checkSaved({ saved }: Pick<Agent, "saved">, pin: AgentPin): void {
  const offered = saved?.seq ?? 0;
  const isNewer = offered > pin.state.seq;
  const isSame = offered === pin.state.seq && (offered === 0 || saved?.hash === pin.state.hash);
  demand(isNewer || isSame, "crypto.rollback");
}

export const pinState = (pin: AgentPin, { seq, hash }: Pick<SavedState, "seq" | "hash">): AgentPin =>
  seq > pin.state.seq ? { ...pin, state: { seq, hash } } : pin;
