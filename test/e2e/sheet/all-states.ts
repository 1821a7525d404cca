import type { State } from "./state.ts";
import { AGENTS } from "./states-agents.ts";
import { ENTRY } from "./states-entry.ts";
import { FRAME } from "./states-frame.ts";
import { PEOPLE, SETTINGS } from "./states-people.ts";
import { START } from "./states-start.ts";

export const STATES: readonly State[] = [...ENTRY, ...FRAME, ...START, ...AGENTS, ...PEOPLE, ...SETTINGS];
