import {
  Fingerprint,
  KeyRound,
  type LucideIcon,
  MonitorSmartphone,
  NotebookText,
  ScrollText,
  Users,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { ByPasskey } from "./by-passkey.tsx";
import { ByPassphrase } from "./by-passphrase.tsx";
import { ByPhrase } from "./by-phrase.tsx";
import { ByRecoveryKey } from "./by-recovery-key.tsx";
import type { WayProps } from "./use-unlock.ts";

/** It brings the code of requests and answers with it. */
const ByDevice = lazy(async () => ({ default: (await import("./by-device.tsx")).ByDevice }));

/** Rarely taken, and it brings the code of shares with it. */
const ByContacts = lazy(async () => ({ default: (await import("./by-contacts.tsx")).ByContacts }));

/** A way to open the vault: when it is offered, what the button that chooses it says, and its form. */
export interface Way {
  readonly is: string;
  readonly isSet: (keyring: Keyring) => boolean;
  readonly choose: string;
  readonly Icon: LucideIcon;
  readonly Form: ComponentType<WayProps>;
}

const hasSlot =
  (type: Keyring["slots"][number]["type"]) =>
  ({ slots }: Keyring): boolean =>
    slots.some((slot) => slot.type === type);

/** In the order in which they are offered; the first that is set up stands open. */
export const WAYS: readonly Way[] = [
  {
    ...{ is: "passphrase", isSet: hasSlot("passphrase"), choose: "Use the passphrase" },
    ...{ Icon: KeyRound, Form: ByPassphrase },
  },
  {
    ...{ is: "passkey", isSet: hasSlot("passkey"), choose: "Use a passkey" },
    ...{ Icon: Fingerprint, Form: ByPasskey },
  },
  {
    ...{ is: "device", isSet: () => true, choose: "Use another device of yours" }, // which of them is open, nobody knows here
    ...{ Icon: MonitorSmartphone, Form: ByDevice },
  },
  {
    ...{ is: "phrase", isSet: hasSlot("bip39"), choose: "Use the recovery phrase" },
    ...{ Icon: ScrollText, Form: ByPhrase },
  },
  {
    ...{ is: "key", isSet: hasSlot("hardware_key"), choose: "Use the recovery key" },
    ...{ Icon: NotebookText, Form: ByRecoveryKey },
  },
  {
    ...{ is: "contacts", isSet: hasSlot("contacts"), choose: "Ask your contacts" },
    ...{ Icon: Users, Form: ByContacts },
  },
];
