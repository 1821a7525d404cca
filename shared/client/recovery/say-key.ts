import { KEY_CHARS, lookAtHardwareKey, readHardwareKey } from "#shared/crypto/slots/hardware-key.ts";

export interface KeyFault {
  readonly is: "unfinished" | "strange" | "mistyped";
  readonly says: string;
}

/** Why what is typed so far is no recovery key, in words; undefined when it is one, whosever it may be. Nothing of it is sent. */
export function findKeyFault(typed: string): KeyFault | undefined {
  const { count, strange } = lookAtHardwareKey(typed);
  if (strange.length > 0) return { is: "strange", says: sayStrange(strange) };
  if (count < KEY_CHARS) return { is: "unfinished", says: `${count} of ${KEY_CHARS} characters.` };
  if (count > KEY_CHARS) return { is: "strange", says: `${count} characters; a recovery key has ${KEY_CHARS}.` };
  try {
    readHardwareKey(typed);
    return undefined;
  } catch {
    return { is: "mistyped", says: "The last four characters do not fit the rest: one character or more is mistyped." };
  }
}

function sayStrange(strange: readonly string[]): string {
  const few = strange
    .slice(0, 4)
    .map((character) => (/\s/u.test(character) ? "a line break or tab" : `“${character}”`));
  const all = `${few.join(", ")}${strange.length > few.length ? " and others" : ""} in no recovery key`;
  const stands = strange.length === 1 ? "stands" : "stand";
  const hint = strange.some((character) => /[a-z]/.test(character)) ? "capital letters" : "capital letters A to Z";
  return `${all.replace(" in no", ` ${stands} in no`)}: it has ${hint} and the digits 2 to 7, so an O is never a zero and an I never a one.`;
}
