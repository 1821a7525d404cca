/**
 * How often a model may be asked. OpenClaw stuck in a loop asks hundreds of times a minute, on the user's account; so each turn brings
 * a number of calls with it, and what is not part of a turn has few.
 */
export const CALLS_PER_TURN = 80;
const CALLS_BESIDE = 10;

export interface CallBudget {
  beginTurn(): void;
  endTurn(): void;
  /** False when the calls are used up. */
  take(): boolean;
}

export function makeCallBudget(callsPerTurn = CALLS_PER_TURN): CallBudget {
  let turns = 0;
  let left = CALLS_BESIDE;
  return {
    beginTurn() {
      left = (turns === 0 ? 0 : left) + callsPerTurn;
      turns += 1;
    },
    endTurn() {
      turns = Math.max(0, turns - 1);
      left = turns === 0 ? CALLS_BESIDE : Math.min(left, turns * callsPerTurn);
    },
    take() {
      if (left === 0) return false;
      left -= 1;
      return true;
    },
  };
}
