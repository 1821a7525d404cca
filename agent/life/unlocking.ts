import { bytesOfFrame, type RelayFrame, writeRelayFrame } from "#shared/channel/envelope.ts";
import type { UnlockReply } from "#shared/client/unlock.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { startLiveAgent } from "../live/agent.ts";
import { openUnlock, type Unlocked } from "../live/unlock.ts";
import { isRefusal } from "../platform/platform.ts";
import { type Restored, restoreState } from "../state/restore.ts";
import type { Core } from "./core.ts";
import { fail } from "./leaving.ts";
import { becomeAgent, resume, wake } from "./orders.ts";

type Answer = { readonly unlocked: true } | { readonly unlocked: false; readonly reason: "refused" | "state" | "busy" };

const DONE: Answer = { unlocked: true };
const refused = (reason: "refused" | "state" | "busy"): Answer => ({ unlocked: false, reason });

/** A device brings what makes this task the agent. It is answered once it is known whether everything fits. */
export async function hearUnlock(core: Core, frame: RelayFrame): Promise<void> {
  const bytes = bytesOfFrame(frame);
  const { from: to } = frame;
  if (!bytes || to === undefined || to === "agent") return;
  const answer = await tryUnlock(core, bytes);
  core.log.info("unlock.answered", answer.unlocked ? { unlocked: true } : { unlocked: false, reason: answer.reason });
  const reply: UnlockReply = { v: 1, ...answer };
  const sid = decodeBase64url(frame.sid);
  core.sendText(writeRelayFrame({ to, kind: "unlock", sid, seq: 0, bytes: utf8(JSON.stringify(reply)) }));
}

async function tryUnlock(core: Core, bytes: Uint8Array): Promise<Answer> {
  const { platform, boot, now } = core;
  await becomeAgent(core, 1);
  const assignment = platform.assignment();
  if (!assignment || core.phase === "leaving" || core.phase === "restoring") return refused("busy");
  let unlocked: Unlocked;
  try {
    unlocked = openUnlock(bytes, assignment, boot, now());
  } catch (error) {
    core.log.error("unlock.refused", error);
    return refused("refused");
  }
  if (core.live) return unlockAgain(core, core.live.unlocked, unlocked);
  core.phase = "restoring";
  try {
    const restored = await restoreState({ ...core, api: platform.api }, unlocked.base);
    begin(core, unlocked, restored);
    return DONE;
  } catch (error) {
    core.phase = "waiting";
    core.log.error("state.not_restored", error);
    if (isRefusal(error)) void fail(core, error);
    return refused(error instanceof CryptoError ? "state" : "busy");
  }
}

/** A device that tries was shown a locked agent: the platform is told once more. */
function unlockAgain({ reports }: Core, present: Unlocked, { rootKey }: Unlocked): Answer {
  if (!equalConstantTime(present.rootKey, rootKey)) return refused("refused");
  void reports.tell("unlocked");
  return DONE;
}

function begin(core: Core, unlocked: Unlocked, restored: Restored): void {
  const agent = startLiveAgent({
    ...{ world: core, unlocked, restored },
    isPaused: () => core.isPaused,
    onActive: () => resume(core),
  });
  core.live = { agent, unlocked };
  core.phase = "live";
  void core.reports.tell("unlocked");
  const wakeUp = async () => {
    await agent.wakeUp(core.openclawIsReady);
    void core.reports.tell("ready");
    wake(core);
  };
  wakeUp().catch((error: unknown) => fail(core, error));
}
