import type { Input, Reply } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";

type Routes = typeof tasksContract;
type Waiting = Reply<Routes["readUses"]>["uses"][number];

/** Uses of grants as the platform keeps them between two agents. */
export class FakeUses {
  waiting: Waiting[] = [];
  readonly answers = new Map<Id<"use">, string>();
  revocations: Reply<Routes["readUses"]>["revocations"] = [];
  counted = 0;
  /** Somebody has left something for an agent to look at. */
  onChange: (what: "posted" | "answered") => void = () => undefined;

  post({ grantId, useId, blob }: Input<Routes["postUse"]>): Reply<Routes["postUse"]> {
    this.waiting.push({ grantId, useId, blob, at: new Date().toISOString() });
    this.onChange("posted");
    return { expiresAt: new Date(Date.now() + 720_000).toISOString() };
  }

  get(useId: Id<"use">): Reply<Routes["getUse"]> {
    const answer = this.answers.get(useId);
    if (answer !== undefined) return { state: "answered", answer };
    return { state: this.waiting.some((use) => use.useId === useId) ? "waiting" : "expired", answer: null };
  }

  read({ after = "use_" }: Input<Routes["readUses"]>): Reply<Routes["readUses"]> {
    const uses = this.waiting.filter(({ useId }) => useId > after).sort((a, b) => (a.useId < b.useId ? -1 : 1));
    return { uses: uses.slice(0, 50), more: uses.length > 50, revocations: this.revocations };
  }

  answer({ useId, answer, counted }: Input<Routes["answerUse"]>): Reply<Routes["answerUse"]> {
    if (this.answers.has(useId)) return { done: true };
    if (!this.waiting.some((use) => use.useId === useId)) throw new AppError("use.not_found");
    this.waiting = this.waiting.filter((use) => use.useId !== useId);
    this.answers.set(useId, answer);
    this.counted += Number(counted);
    this.onChange("answered");
    return { done: true };
  }
}
