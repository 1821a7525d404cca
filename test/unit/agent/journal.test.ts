import { describe, expect, it } from "vitest";
import { ApiError } from "#shared/client/api-client.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import { newId } from "#shared/ids.ts";
import { startJournal } from "../../../agent/state/journal.ts";
import { readJournal, type StateBase, startOf } from "../../../agent/state/journal-read.ts";

const now = new Date();
const base: StateBase = {
  ...{ tid: newId("tenant", now), agentId: newId("agent", now), stateSeq: 3 },
  ...{ stateHash: makeBytes(32), stateKey: makeKey() },
};
type Line = { seq: number; blob: string };

/** The platform's side of one journal. */
function makeStore(lines: Line[] = []) {
  return {
    lines,
    appendJournal: async ({ entries }: { entries: Line[] }) => {
      if (entries[0]?.seq !== lines.length + 1) throw new ApiError("journal.gap", "gap");
      lines.push(...entries);
      return { done: true } as const;
    },
    readJournal: async ({ after = 0 }: { after?: unknown }) => ({
      entries: lines.filter(({ seq }) => seq > Number(after)),
      more: false,
    }),
  };
}

const startTimer = (_: number, fire: () => void) => {
  queueMicrotask(fire);
  return () => undefined;
};
const open = (store: ReturnType<typeof makeStore>, lost: unknown[] = []) =>
  startJournal({ api: store, base, end: startOf(base), startTimer, onLost: (cause) => lost.push(cause) });
const nothing = () => undefined;
const textsOf = async (store: ReturnType<typeof makeStore>, other: Partial<StateBase> = {}) =>
  (await readJournal(store, { ...base, ...other })).records.map((bytes) => Buffer.from(bytes).toString());

async function written(...texts: string[]) {
  const store = makeStore();
  const journal = open(store);
  for (const text of texts) await journal.append(Buffer.from(text), nothing);
  return store;
}

describe("the journal", () => {
  it("gives back what was written, in order, also what is longer than a line", async () => {
    const long = "x".repeat(300_000);
    const store = await written("one", long, "three");
    expect(store.lines).toHaveLength(5);
    expect(await textsOf(store)).toEqual(["one", long, "three"]);
    for (const { blob } of store.lines) expect(blob.length).toBeLessThan(200_000); // what the API takes
  });

  it("leaves out a record that was never finished: it was never acknowledged", async () => {
    const store = await written("one", "x".repeat(300_000));
    store.lines.pop();
    expect(await textsOf(store)).toEqual(["one"]);
    const { end } = await readJournal(store, base);
    const journal = startJournal({ api: store, base, end, startTimer, onLost: nothing });
    await journal.append(Buffer.from("two"), nothing);
    expect(await textsOf(store)).toEqual(["one", "two"]);
  });

  it("A04 refuses a line of which any byte was altered, or which was cut", async () => {
    const { lines } = await written("a line");
    const sealed = decodeBase64url(lines[0]?.blob ?? "");
    const changed = Array.from(sealed, (byte, at) => Uint8Array.from(sealed).fill(byte ^ 1, at, at + 1));
    for (const bytes of [...changed, sealed.subarray(1), sealed.subarray(0, -1)]) {
      await expect(textsOf(makeStore([{ seq: 1, blob: encodeBase64url(bytes) }]))).rejects.toThrow(CryptoError);
    }
  });

  it("refuses lines that were moved, left out, repeated, or taken from another journal", async () => {
    const mine = (await written("one", "two", "three")).lines;
    const other = (await written("one", "two", "three")).lines; // the same key, another task
    const numbered = (...picked: (Line | undefined)[]) =>
      makeStore(picked.map((line, at) => ({ seq: at + 1, blob: line?.blob ?? "" })));
    const [one, two, three] = mine;
    const bad = [
      [two, one],
      [one, three],
      [one, one],
      [one, other[1]],
      [one, two, other[2]],
    ];
    for (const lines of bad) await expect(textsOf(numbered(...lines))).rejects.toThrow(CryptoError);
    await expect(textsOf(numbered(one, two), { stateSeq: 4 })).rejects.toThrow(CryptoError);
    await expect(textsOf(numbered(one, two), { agentId: newId("agent", now) })).rejects.toThrow(CryptoError);
    expect(await textsOf(numbered(one, two))).toEqual(["one", "two"]);
  });

  it("goes on after a lost answer, whether the line had arrived or not", async () => {
    for (const arrives of [true, false]) {
      const store = makeStore();
      const { appendJournal } = store;
      let tries = 0;
      store.appendJournal = async (input) => {
        tries += 1;
        if (tries > 1) return appendJournal(input);
        if (arrives) await appendJournal(input);
        throw new ApiError("network", "lost");
      };
      const journal = open(store);
      await journal.append(Buffer.from("one"), nothing);
      await journal.append(Buffer.from("two"), nothing);
      expect(await textsOf(store)).toEqual(["one", "two"]);
    }
  });

  it("does not apply what was not kept, and says so when another task has written on", async () => {
    const store = makeStore();
    const lost: unknown[] = [];
    const journal = open(store, lost);
    await open(store).append(Buffer.from("of another task"), nothing);
    let isApplied = false;
    const apply = () => {
      isApplied = true;
    };
    await expect(journal.append(Buffer.from("mine"), apply)).rejects.toThrow();
    expect([isApplied, lost.length]).toEqual([false, 1]);
  });

  it("appends nothing while it is held, and goes on behind the new state", async () => {
    const store = makeStore();
    const journal = open(store);
    const next = { ...base, stateSeq: 4, stateHash: makeBytes(32), stateKey: makeKey() };
    const held = journal.hold(async (restart) => {
      const appended = journal.append(Buffer.from("later"), nothing);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(store.lines).toEqual([]);
      restart(next);
      return { appended };
    });
    await (await held).appended;
    expect(await textsOf(store, next)).toEqual(["later"]);
    await expect(textsOf(store)).rejects.toThrow(CryptoError);
  });
});
