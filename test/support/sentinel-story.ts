import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { makeSentinel } from "./sentinels.ts";

/** What is put into every kind of vault, and into every letter between people. */
export const makeVaultSentinels = () => ({
  fileName: makeSentinel("file-name"),
  fileText: makeSentinel("file-text"),
  groupName: makeSentinel("group-item"),
  groupText: makeSentinel("group-text"),
  tenantName: makeSentinel("tenant-item"),
  tenantText: makeSentinel("tenant-text"),
  thresholdName: makeSentinel("threshold-item"),
  thresholdText: makeSentinel("threshold-text"),
  reason: makeSentinel("opening-reason"),
  grantWhat: makeSentinel("grant-what"),
  grantWhy: makeSentinel("grant-why"),
});
type VaultSentinels = ReturnType<typeof makeVaultSentinels>;

interface Two {
  readonly mine: Machine;
  /** Of a colleague who is an admin. */
  readonly theirs: Machine;
  readonly theirEmail: string;
}

/** Puts each where it belongs. @returns what those read who may, to show that it was there */
export async function useEveryVault(two: Two, secret: VaultSentinels): Promise<string> {
  const read = await Promise.all([
    keepFile(two.mine, secret),
    shareVault(two, "group", { name: secret.groupName, text: secret.groupText }),
    shareVault(two, "tenant", { name: secret.tenantName, text: secret.tenantText }),
  ]);
  return [...read, await openTogether(two, secret), await askAndDeny(two, secret)].join("\n");
}

/** On a disk that is not searched: it lies there in the clear, of course. */
async function keepFile(machine: Machine, { fileName, fileText }: VaultSentinels): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ocmt-papers-"));
  try {
    await writeFile(join(folder, fileName), fileText);
    await mkdir(join(folder, "out"));
    await machine.json(["vault", "put", "Papers", "--file", join(folder, fileName)]);
    const { path } = await machine.json<{ path: string }>(["vault", "get", "Papers", "--out", join(folder, "out")]);
    return `${path} ${await readFile(path, "utf8")}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Item {
  readonly name: string;
  readonly text: string;
}

async function shareVault({ mine, theirs, theirEmail }: Two, kind: "group" | "tenant", { name, text }: Item) {
  const vault = `The ${kind}'s`;
  await mine.json(["vault", "new", vault, ...(kind === "tenant" ? ["--tenant"] : [])]);
  const put = ["vault", "put", name, "--in", vault, "--type", "note", "--stdin"];
  await mine.json(put, { stdin: JSON.stringify({ text }) });
  if (kind === "tenant") await mine.json(["vault", "follow", vault, "--yes"]);
  else await mine.json(["vault", "share", vault, theirEmail, "--as", "read"]);
  await theirs.json(["vault", "accept", vault]);
  return (await theirs.run(["vault", "get", name, "--in", vault, "--show"])).stdout;
}

interface Opening {
  readonly words: string;
  readonly reason: string;
}

async function openTogether({ mine, theirs, theirEmail }: Two, secret: VaultSentinels): Promise<string> {
  await mine.json(["vault", "new-threshold", "Safe", theirEmail, "--of", "2"]);
  await theirs.json(["vault", "accept", "Safe"]);
  const words = Promise.withResolvers<string>();
  const open = ["vault", "open", "Safe", "--reason", secret.reason, "--note", secret.thresholdName];
  const opened = mine.json(open, {
    stdin: secret.thresholdText,
    onStderr(text) {
      const said = /release their shares: ([a-z ]+)\n/.exec(text)?.[1];
      if (said) words.resolve(said);
    },
  });
  opened.catch(words.reject);
  const heard = await words.promise;
  const [asked] = await theirs.json<Opening[]>(["vault", "openings", "Safe"]);
  await theirs.json(["vault", "release", "Safe", ...heard.split(" ")]);
  return `${asked?.reason} ${JSON.stringify(await opened)} ${secret.thresholdText}`; // what was kept is read back by another opening only
}

/** For an agent that is there and need not run. */
async function askAndDeny({ mine, theirs, theirEmail }: Two, { grantWhat, grantWhy }: VaultSentinels) {
  const request = ["grant", "request", theirEmail, "--agent", "Ada", "--what", grantWhat, "--why", grantWhy];
  const { id } = await mine.json<{ id: string }>([...request, "--site", "https://api.example.org"]);
  const { stdout } = await theirs.run(["--json", "grant", "ls"]);
  await theirs.json(["grant", "deny", id]);
  return stdout;
}

interface Kept {
  readonly recoveryPhrase: string;
  readonly sessionKey: string;
}

/** Every secret that is drawn or typed to open the vault, one after the other. @returns those that are the real ones */
export async function changeEveryKey(mine: Machine, spare: Machine, passphrase: string) {
  const again = (line: string) => line;
  const recoveryKey = (await mine.run(["recovery", "key"], { stdin: `${passphrase}\n`, answer: again })).stdout.trim();
  const letInBy = await letIn(mine, spare);
  const second = makeSentinel("second-passphrase");
  await mine.json(["keys", "passphrase"], { stdin: `${passphrase}\n${second}\n${second}\n` });
  const drawn = await mine.run(["recovery", "words"], { stdin: `${second}\n`, answer: again });
  const third = makeSentinel("third-passphrase");
  const changed = await mine.json<Kept>(["keys", "rotate"], { stdin: `${second}\n${third}\n${third}\n` });
  mine.sessionKey = changed.sessionKey;
  const words = { drawnWords: drawn.stdout.trim(), rotatedWords: changed.recoveryPhrase };
  return { recoveryKey, letInBy, second, third, ...words };
}

/** @returns the six words that were shown and typed */
async function letIn(mine: Machine, spare: Machine): Promise<string> {
  const words = Promise.withResolvers<string>();
  const asked = spare.run(["--json", "unlock", "--by-device"], {
    sessionKey: "",
    onStderr(text) {
      const [line = "", rest] = text.split("\n");
      if (rest !== undefined) words.resolve(JSON.parse(line).asking.words.join(" "));
    },
  });
  void asked.then(({ stderr }) => words.reject(new Error(stderr)));
  await mine.json(["devices", "let-in"], { stdin: `${await words.promise}\n` });
  const { code, stdout } = await asked;
  if (code !== 0) throw new Error("it was not let in");
  spare.sessionKey = JSON.parse(stdout).sessionKey;
  return words.promise;
}
