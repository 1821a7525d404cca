import type { Entry, ToolCall } from "#shared/channel/app-model.ts";
import type { AgentMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import { startBatcher } from "#shared/channel/batcher.ts";
import type { OpenClawEvent } from "../openclaw/types.ts";
import { clipValue, TEXT_CHARS_MAX } from "./clip.ts";

type ToolNews = Extract<OpenClawEvent, { is: "tool" }>["tool"];

/** One answer being written: what has come so far, told to the devices as it comes. */
export interface Running {
  readonly runId: string;
  readonly asked: Entry;
  /** More text; with `replaces`, all of it from the start. */
  push(text: string, replaces?: boolean): void;
  hearTool(tool: Omit<ToolNews, "state"> & Pick<ToolCall, "state">): void;
  /** The tool call that waits for an answer, or has got one. */
  setToolState(toolCallId: string, state: ToolCall["state"]): void;
  tell(): { runId: string; text: string; tools: ToolCall[] };
  stop(): void;
}

export interface RunningInput {
  readonly runId: string;
  readonly asked: Entry;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly tellAll: (message: Fleeting<AgentMessage>) => void;
}

const TOOLS_MAX = 1_000;

export function startRunning({ runId, asked, startTimer, tellAll }: RunningInput): Running {
  const { conversationId } = asked;
  const tools = new Map<string, ToolCall>();
  let text = "";
  const emit = (offset: number, part: string) =>
    tellAll({ type: "chat.delta", conversationId, runId, offset, text: part });
  let batcher = startBatcher({ startTimer, emit });

  const put = (tool: ToolCall) => {
    if (!tools.has(tool.toolCallId) && tools.size >= TOOLS_MAX) return;
    tools.set(tool.toolCallId, tool);
    batcher.flush();
    tellAll({ type: "chat.tool", conversationId, runId, ...tool });
  };
  return {
    runId,
    asked,
    push(part, replaces = false) {
      if (replaces) {
        batcher.flush();
        batcher = startBatcher({ startTimer, emit }); // counts from 0 again
        text = "";
      }
      const taken = part.slice(0, TEXT_CHARS_MAX - text.length);
      text += taken;
      batcher.push(taken);
    },
    hearTool({ toolCallId, name, state, args, result }) {
      const known = tools.get(toolCallId);
      const isRefused = known?.state === "refused" && state === "failed"; // a refusal is told as a failure
      put({
        ...{ toolCallId, name, state: isRefused ? "refused" : state },
        ...given("args", clipValue(args) ?? known?.args),
        ...given("result", clipValue(result) ?? known?.result),
      });
    },
    setToolState(toolCallId, state) {
      const known = tools.get(toolCallId);
      if (known) put({ ...known, state });
    },
    tell: () => ({ runId, text, tools: [...tools.values()] }),
    stop: () => batcher.flush(),
  };
}

const given = (key: "args" | "result", value: unknown) => (value === undefined ? {} : { [key]: value });
