const NAME_MAX = 120;
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i; // devices on Windows, with any ending

/**
 * A name under which a file can be kept on any system, out of one that somebody else may have chosen: one part of a path, never hidden, with
 * nothing in it that is not shown or turns the reading direction ("invoice\u202Efdp.exe").
 */
export function safeFileName(name: string): string {
  const shown = name.normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
  const part = shown.replace(/[/\\:*?"<>|]/g, "_").replace(/^[.\s~-]+|[.\s]+$/g, "");
  const dot = part.lastIndexOf(".");
  const ending = dot > 0 && part.length - dot <= 12 ? part.slice(dot) : "";
  const stem = part.slice(0, part.length - ending.length).slice(0, NAME_MAX - ending.length);
  const whole = `${stem}${ending}`;
  if (whole === "") return "file";
  return RESERVED.test(whole) ? `_${whole}` : whole;
}
