/** What may be logged, and nothing else. A new key is reviewed: it must never carry content, an address or a secret. */
const LOGGABLE = [
  "requestId",
  "route",
  "status",
  "code",
  "cause",
  "at",
  "tenantId",
  "actorId",
  "agentId",
  "taskId",
  "userId",
  "sessionId",
  "generation",
  "job",
  "count",
  "milliseconds",
] as const;
const ALLOWED: ReadonlySet<string> = new Set(LOGGABLE);

type Fields = { readonly [K in (typeof LOGGABLE)[number]]?: string | number | readonly string[] | null | undefined };

function emit(level: string, event: string, fields: Fields): void {
  const known = Object.keys(fields).every((key) => ALLOWED.has(key)) ? fields : onlyAllowed(fields);
  const rest = JSON.stringify(known).slice(1);
  process.stdout.write(`{"level":"${level}","event":"${event}"${rest.length > 1 ? "," : ""}${rest}\n`);
}

/** The types let nothing else in; a cast could. */
const onlyAllowed = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => ALLOWED.has(key)));

export const log = {
  info: (event: string, fields: Fields = {}): void => emit("info", event, fields),
  error: (event: string, fields: Fields = {}): void => emit("error", event, fields),
};

/** An error's kind and where it was thrown. Its message is left out: it may quote what it failed on. */
export function traceOf(error: unknown): { cause: string; at: string[] } {
  if (!(error instanceof Error)) return { cause: typeof error, at: [] };
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return { cause: error.name, at: frames.slice(0, 4).map((line) => line.trim()) };
}
