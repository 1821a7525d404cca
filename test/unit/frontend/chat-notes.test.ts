import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { withoutCarried } from "#shared/client/rotation/carried.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { renewNotes, sealedNotes, shelfOf } from "../../../frontend/src/lib/agent-session/notes.ts";
import { keepView } from "../../../frontend/src/lib/agent-session/view/keep-view.ts";
import { makeStore } from "../../../frontend/src/lib/agent-session/view/store.ts";
import { type AgentView, EMPTY_VIEW, threadOf } from "../../../frontend/src/lib/agent-session/view/view.ts";

const now = new Date();
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const agentId = newId("agent", now);
const conversationId = newId("conversation", now);
const folder = "here";
const startTimer = () => () => undefined;
let clock = now.getTime();

describe("what a device keeps for itself, after a change of all keys", () => {
  let before: Account;
  let after: Account;
  let database = makeMemoryDatabase();
  const notesOf = (account: Account) => sealedNotes(account, shelfOf(database, folder));

  beforeAll(async () => {
    const made = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    before = made.account;
    const keyring = { ...made.request, rootGeneration: 1, carry: null } as unknown as Parameters<typeof rotateRoot>[0]; // as it is served
    ({ account: after } = await rotateRoot(keyring, before, "another passphrase of many words", {
      deriveArgon2id,
      now,
    }));
  });
  beforeEach(() => {
    database = makeMemoryDatabase();
  });

  it("is read while the earlier keys are carried", async () => {
    await notesOf(before).write("draft", "half a sentence");
    expect(await notesOf(after).read("draft")).toBe("half a sentence");
    expect(await notesOf(withoutCarried(after)).read("draft")).toBeUndefined();
  });

  it("is sealed anew, so that it is read when nothing is carried any more; what was written meanwhile stays", async () => {
    await notesOf(before).write("draft", "half a sentence");
    await notesOf(before).write("other", "old");
    await notesOf(after).write("other", "new");
    await database.put(`${folder}/note/junk`, new Uint8Array(7));
    await renewNotes(after, database, folder);
    const bare = notesOf(withoutCarried(after));
    expect([await bare.read("draft"), await bare.read("other"), await bare.read("junk")]).toEqual([
      "half a sentence",
      "new",
      undefined,
    ]);
  });

  it("shows what waited under the earlier keys as not sent, and what waits under the present ones as it is, for the seven days that it may", async () => {
    const unsent = { msgId: newId("message", now), conversationId, text: "left before", at: 1, state: "kept" } as const;
    const shown = {
      ...EMPTY_VIEW,
      threads: { [conversationId]: { ...threadOf(EMPTY_VIEW, conversationId), unsent: [unsent] } },
    };
    const keep = async (account: Account) =>
      keepView({
        agentId,
        notes: notesOf(account),
        view: makeStore<AgentView>(shown),
        startTimer,
        now: () => clock,
      }).close();
    const read = async () => {
      const view = makeStore<AgentView>(EMPTY_VIEW);
      await keepView({ agentId, notes: notesOf(after), view, startTimer, now: () => clock }).readOverview();
      return threadOf(view.get(), conversationId).unsent;
    };
    await keep(before);
    await new Promise((done) => setTimeout(done, 5));
    expect(await read()).toMatchObject([{ text: "left before", state: "failed", problem: "unreadable" }]);
    await keep(after);
    await new Promise((done) => setTimeout(done, 5));
    expect(await read()).toEqual([unsent]);
    clock += 7 * 24 * 3_600_000;
    expect(await read()).toEqual([unsent]);
    clock += 1; // the platform has dropped it, and no agent would take it
    expect(await read()).toMatchObject([{ text: "left before", state: "failed", problem: "too_old" }]);
  });
});
