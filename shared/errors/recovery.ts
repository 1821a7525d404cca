/** The failures of recovery by contacts, as a part of the catalogue in errors.ts. */
export const RECOVERY_ERRORS = {
  "recovery.no_set": {
    status: 404,
    title: "No contacts hold a share of your recovery key.",
    fix: "Choose recovery contacts on a device where your vault is open.",
  },
  "recovery.set_wrong": {
    status: 400,
    title: "These people cannot be your recovery contacts.",
    fix: "Name three to ten other members, each once, and need no more of them than there are.",
  },
  "recovery.set_dead": {
    status: 409,
    title: "These shares open nothing: your keys have changed since.",
    fix: "Put the slot for the new set into your keyring first, then hand out its shares.",
  },
  "recovery.set_changed": {
    status: 409,
    title: "Your recovery contacts were changed meanwhile.",
    fix: "Read the set again and repeat the change.",
  },
  "recovery.not_found": {
    status: 404,
    title: "No such recovery is under way.",
    fix: "It was ended, or its time is over. Read the list again.",
  },
  "recovery.not_held": {
    status: 404,
    title: "You hold no share for this person.",
    fix: "Read the list of shares you hold again.",
  },
  "recovery.released": { status: 409, title: "You have released your share to this.", fix: "Nothing to do." },
  "recovery.proof_wrong": {
    status: 403,
    title: "An open vault has to say this.",
    fix: "Unlock the vault, and end the recovery from there.",
  },
} as const;
