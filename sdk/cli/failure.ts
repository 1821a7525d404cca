import { CommanderError } from "commander";
import { ZodError } from "zod";
import { ApiError, isSignedOut, isStale } from "#shared/client/api-client.ts";
import { NotLetIn } from "#shared/client/enrolment/ask.ts";
import { PersonChanged } from "#shared/client/people/people.ts";
import { sayFound } from "#shared/client/vault/say-found.ts";
import { ItemChanged, NeedsOpening, VaultTrouble } from "#shared/client/vault/trouble.ts";
import { CryptoError, type CryptoErrorCode } from "#shared/crypto/encoding/errors.ts";
import { describeError } from "#shared/errors.ts";
import { SignedOut } from "../profile/session.ts";
import { Locked } from "../unlocked.ts";
import { plain, Unanswered } from "./terminal.ts";

/** What a script can tell apart by the exit code alone (docs/cli.md). */
const EXIT = {
  failed: 1,
  usage: 2,
  signedOut: 3,
  locked: 4,
  notFound: 5,
  changed: 6,
  untrusted: 7,
  unreachable: 8,
} as const;

/** A command that cannot be done as it was given. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export class NotFound extends Error {
  override readonly name = "NotFound";
}

/** What contacts gave does not open the vault; the message says whose is to blame. */
export class NotRecovered extends Error {
  override readonly name = "NotRecovered";
  readonly code: CryptoErrorCode;
  constructor(code: CryptoErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

interface Failure {
  readonly exit: number;
  readonly code: string;
  readonly title: string;
  readonly fix?: string | undefined;
  readonly requestId?: string | undefined;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : EXIT.usage, code: "usage", title: "" };
  if (error instanceof UsageError) return { exit: EXIT.usage, code: "usage", title: error.message };
  if (error instanceof Unanswered) return { exit: EXIT.usage, code: "unanswered", title: error.message };
  if (error instanceof SignedOut) return { exit: EXIT.signedOut, code: "signed_out", title: error.message };
  if (error instanceof Locked) return { exit: EXIT.locked, code: "locked", title: error.message };
  if (error instanceof NotLetIn)
    return { exit: EXIT.locked, code: `enrolment.${error.why}`, title: error.message, fix: ASK_AGAIN };
  if (error instanceof NotRecovered)
    return { exit: EXIT.locked, code: error.code, title: error.message, fix: "Ask another contact for their share." };
  if (error instanceof NotFound) return { exit: EXIT.notFound, code: "not_found", title: error.message };
  if (error instanceof ItemChanged)
    return { exit: EXIT.changed, code: "item.changed", title: error.message, fix: "Read it again and repeat." };
  if (error instanceof NeedsOpening)
    return { exit: EXIT.locked, code: "vault.needs_opening", title: error.message, fix: "Ask them: ocmt vault open" };
  if (error instanceof CryptoError) return failureOfCrypto(error);
  if (error instanceof ApiError) return failureOfApi(error);
  if (error instanceof ZodError) return { exit: EXIT.usage, code: "invalid", title: readIssues(error) };
  return { exit: EXIT.failed, code: "failed", title: error instanceof Error ? error.message : String(error) };
}

const ASK_AGAIN = "The vault stays locked. Ask again: ocmt unlock --by-device";

const readIssues = ({ issues }: ZodError): string =>
  issues.map(({ path, message }) => `${path.join(".") || "input"}: ${message}`).join("; ");

const LIES = "Nothing was shown or changed. Tell your administrator, and type no secret until it is explained.";

function failureOfCrypto(error: CryptoError): Failure {
  if (error.code === "crypto.commitment")
    return { exit: EXIT.locked, code: error.code, title: "This does not open the vault." };
  if (error.code === "crypto.phrase")
    return { exit: EXIT.locked, code: error.code, title: "These are not twelve words of a recovery phrase." };
  if (error instanceof PersonChanged) return failureOfPerson(error);
  const found = error instanceof VaultTrouble ? sayFound(error.found) : [];
  const title = ["The service shows something else than your devices have signed.", ...found].join(" ");
  return { exit: EXIT.untrusted, code: error.code, title, fix: LIES };
}

function failureOfPerson({ code, person, wasVerified }: PersonChanged): Failure {
  const title = `The keys of ${person} are not the ones you ${wasVerified ? "have verified" : "knew"}.`;
  const fix = wasVerified
    ? "Have them read you the number that their side shows now: ocmt people verify <email> --same <number>"
    : "Ask them, by phone or in person, then decide in the web app, among the people of the vault.";
  return { exit: EXIT.untrusted, code, title, fix };
}

const SIGN_IN = "Sign in again: ocmt login";

function failureOfApi(error: ApiError): Failure {
  const { code, message, problem } = error;
  const about = { code, title: message, fix: problem?.fix ?? fixOf(code), requestId: problem?.request_id };
  if (code === "network") return { ...about, exit: EXIT.unreachable };
  if (isSignedOut(error) || isStale(error)) return { ...about, exit: EXIT.signedOut, fix: SIGN_IN };
  if (problem?.status === 404) return { ...about, exit: EXIT.notFound };
  if (problem?.status === 409) return { ...about, exit: EXIT.changed };
  return { ...about, exit: EXIT.failed };
}

/** Of what a client refuses by itself, in the words of the API. */
const fixOf = (code: ApiError["code"]): string | undefined =>
  code === "network" || code === "reply" ? undefined : describeError(code).fix;

/** To stderr, as a line for a person or as one JSON document. */
export function tellFailure({ exit, code, title, fix, requestId }: Failure, json: boolean): void {
  if (exit === 0 || title === "") return; // help was asked for, or commander has told it
  const error = { code, title, ...(fix && { fix }), ...(requestId && { request_id: requestId }) };
  const request = requestId ? [`request ${requestId}`] : [];
  const text = json
    ? JSON.stringify({ error })
    : plain([`ocmt: ${title}`, ...(fix ? [fix] : []), ...request].join("\n"));
  process.stderr.write(`${text}\n`);
}
