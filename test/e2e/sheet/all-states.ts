import type { State } from "./state.ts";
import { AGENTS } from "./states-agents.ts";
import { ENTRY } from "./states-entry.ts";
import { PEOPLE, SETTINGS } from "./states-people.ts";
import { START } from "./states-start.ts";

export const STATES: readonly State[] = [...ENTRY, ...START, ...AGENTS, ...PEOPLE, ...SETTINGS];
