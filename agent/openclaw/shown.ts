import { createHash } from "node:crypto";

interface Sources {
  /** What the tool's own event says it is called with. */
  readonly args?: unknown;
  /** What the gate has told of the call. */
  readonly told?: string | undefined;
}

/**
 * What the owner is shown of a call is what will run, whole. OpenClaw cuts an approval's text at 512 characters, and leaves out what
 * looks to it like a secret; so the gate writes the digest of the call in front of it, and the text is taken from where it has that digest.
 */
export function showWhole(description: string, { args, told }: Sources): string | undefined {
  const [digest = "", ...rest] = description.split(" ");
  const texts = [rest.join(" "), JSON.stringify(args ?? {}), told ?? ""];
  return texts.find((text) => createHash("sha256").update(text).digest("hex") === digest);
}
