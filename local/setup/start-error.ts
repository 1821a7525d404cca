/** Something the person at the terminal can act on: shown as it is, without a stack. */
export class StartError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "StartError";
    this.hint = options.hint;
  }
}
