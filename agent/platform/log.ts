/**
 * One JSON line per fact, to standard output. Numbers, ids and words of our own only: never a message, a title, a key or a path
 * that a person chose. `cause` is the name and code of an error, because its text may quote what it failed on.
 */
export interface Log {
  info(fact: string, fields?: Fields): void;
  error(fact: string, cause: unknown, fields?: Fields): void;
}

type Fields = Readonly<Record<string, string | number | boolean>>;

export function makeLog(write: (line: string) => void = (line) => void process.stdout.write(line)): Log {
  const say = (level: "info" | "error", fact: string, fields: Fields) =>
    write(`${JSON.stringify({ at: new Date().toISOString(), level, fact, ...fields })}\n`);
  return {
    info: (fact, fields = {}) => say("info", fact, fields),
    error: (fact, cause, fields = {}) => say("error", fact, { ...fields, cause: nameCause(cause) }),
  };
}

/** "ApiError task.replaced": which error it was, and nothing of what it carried. */
export function nameCause(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  const code = "code" in cause && typeof cause.code === "string" ? ` ${cause.code}` : "";
  return `${cause.name}${code}`;
}
