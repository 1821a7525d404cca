/** Texts by the tool call they belong to, for as long as the call is before the owner or under way. */
export interface Slips {
  put(toolCallId: string, text: string): void;
  find(toolCallId: string): string | undefined;
  /** Only once. */
  take(toolCallId: string): string | undefined;
  clear(): void;
}

const KEPT_MAX = 100;

export function makeSlips(): Slips {
  const kept = new Map<string, string>(); // oldest first
  return {
    put(toolCallId, text) {
      for (const oldest of kept.keys()) if (kept.size >= KEPT_MAX) kept.delete(oldest);
      kept.set(toolCallId, text);
    },
    find: (toolCallId) => kept.get(toolCallId),
    take(toolCallId) {
      const text = kept.get(toolCallId);
      kept.delete(toolCallId);
      return text;
    },
    clear: () => kept.clear(),
  };
}
