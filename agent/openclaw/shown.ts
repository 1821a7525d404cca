import { createHash } from "node:crypto";

/**
 * What the owner is shown of a call is what will run, whole. OpenClaw cuts an approval's text at 512 characters, so the gate writes
 * the digest of the call in front of it, and the text is taken from the tool's own event when it has that digest.
 */
export function showWhole(description: string, args: unknown): string | undefined {
  const [digest = "", ...rest] = description.split(" ");
  const texts = [rest.join(" "), JSON.stringify(args ?? {})];
  return texts.find((text) => createHash("sha256").update(text).digest("hex") === digest);
}
