import type { State } from "./state.ts";
import { AGENTS, START } from "./states-agents.ts";
import { ENTRY } from "./states-entry.ts";
import { PEOPLE, SETTINGS } from "./states-people.ts";

export const STATES: readonly State[] = [...ENTRY, ...START, ...AGENTS, ...PEOPLE, ...SETTINGS];
