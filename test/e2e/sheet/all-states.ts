import type { State } from "./state.ts";
import { AGENTS } from "./states-agents.ts";
import { CHAT } from "./states-chat.ts";
import { ENROLMENT } from "./states-enrolment.ts";
import { ENTRY } from "./states-entry.ts";
import { FILES } from "./states-files.ts";
import { FRAME } from "./states-frame.ts";
import { GROUPS } from "./states-groups.ts";
import { ITEMS } from "./states-items.ts";
import { KEYS } from "./states-keys.ts";
import { LENDING } from "./states-lending.ts";
import { MAILBOX } from "./states-mailbox.ts";
import { MODELS } from "./states-models.ts";
import { PEOPLE, SETTINGS } from "./states-people.ts";
import { RECOVERY } from "./states-recovery.ts";
import { SEALS } from "./states-seals.ts";
import { SHARES } from "./states-shares.ts";
import { START } from "./states-start.ts";
import { THRESHOLD } from "./states-threshold.ts";
import { VAULT } from "./states-vault.ts";
import { WAYS } from "./states-ways.ts";

export const STATES: readonly State[] = [
  ...ENTRY,
  ...MAILBOX,
  ...FRAME,
  ...START,
  ...AGENTS,
  ...CHAT,
  ...MODELS,
  ...PEOPLE,
  ...SETTINGS,
  ...KEYS,
  ...VAULT,
  ...SEALS,
  ...FILES,
  ...GROUPS,
  ...ITEMS,
  ...WAYS,
  ...LENDING,
  ...SHARES,
  ...RECOVERY,
  ...ENROLMENT,
  ...THRESHOLD,
];
