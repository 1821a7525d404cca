import {
  type LettingMeans,
  letNewcomerIn,
  listNewcomers,
  type Newcomer,
  turnAway,
} from "#shared/client/enrolment/let-in.ts";

/** What an open device can do for one that asks. */
export interface Newcomers {
  list(): Promise<Newcomer[]>;
  /** The one whose six words were typed. @throws WordsDiffer when none that asks has them: nothing was sent */
  letIn(typed: string): Promise<Newcomer>;
  turnAway(newcomer: Newcomer): Promise<void>;
}

export const openNewcomers = (means: LettingMeans): Newcomers => ({
  list: () => listNewcomers(means),
  letIn: async (typed) => letNewcomerIn(means, await listNewcomers(means), typed),
  turnAway: (newcomer) => turnAway(means, newcomer),
});
