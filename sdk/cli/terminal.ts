import { createInterface, type Interface } from "node:readline";
import { read } from "read";

/** Questions go to the terminal by stderr, so that stdout has the answer of the command and nothing else. */
let lines: AsyncIterableIterator<string> | undefined;
let input: Interface | undefined;

export const isTerminal = (): boolean => process.stdin.isTTY === true;

/** One line: typed, or the next one of what is piped in. @throws Unanswered at the end of the input */
export async function askLine(question: string): Promise<string> {
  return isTerminal() ? read({ prompt: `${question}: `, output: process.stderr }) : nextLine(question);
}

/** As `askLine`, and what is typed is not shown. Secrets come this way only: arguments can be read by every process of the machine. */
export async function askSecret(question: string): Promise<string> {
  if (!isTerminal()) return nextLine(question);
  return read({ prompt: `${question}: `, output: process.stderr, silent: true });
}

export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await askLine(`${question} [y/N]`)).trim());
}

export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

/** Each line that is typed or piped in, until the end of the input. */
export async function* listenToLines(): AsyncGenerator<string> {
  for (;;) {
    const next = await linesOfInput().next();
    if (next.done) return;
    yield next.value;
  }
}

async function nextLine(question: string): Promise<string> {
  const next = await linesOfInput().next();
  if (next.done) throw new Unanswered(`Nothing was piped in for "${question}".`);
  return next.value;
}

function linesOfInput(): AsyncIterableIterator<string> {
  input ??= createInterface({ input: process.stdin, terminal: false });
  lines ??= input[Symbol.asyncIterator]();
  return lines;
}

/** The process can end: nothing is waited for on stdin any more. */
export const stopListening = (): void => input?.close();

export async function readAllInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

export const note = (text: string): void => void process.stderr.write(`${text}\n`);

/** What is printed came from others too: nothing in it may move the cursor, recolour or ring. */
export const plain = (text: string): string =>
  text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, (c) => (c === "\n" ? c : "\ufffd"));
