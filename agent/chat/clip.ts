import { TEXT_BYTES_MAX } from "#shared/channel/app-model.ts";

/** A text of so many characters is never longer in UTF-8 than a message may hold. */
export const TEXT_CHARS_MAX = Math.floor(TEXT_BYTES_MAX / 3);
const VALUE_CHARS_MAX = 16_384;

export const clipText = (text: string): string => text.slice(0, TEXT_CHARS_MAX).toWellFormed();

/** What a tool was given or gave back; of something large only the beginning, as text. */
export function clipValue(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value)?.toWellFormed() ?? "";
  return text.length <= VALUE_CHARS_MAX
    ? (JSON.parse(text) as unknown)
    : `${text.slice(0, VALUE_CHARS_MAX).toWellFormed()}…`;
}
