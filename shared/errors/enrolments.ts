/** The failures of letting a device in by another, as a part of the catalogue in errors.ts. */
export const ENROLMENT_ERRORS = {
  "enrolment.not_found": {
    status: 404,
    title: "No such device asks to be let in.",
    fix: "It was long ago, or another session asked. Read the list again.",
  },
  "enrolment.exists": { status: 409, title: "This was asked before.", fix: "Make a new request with a new id." },
  "enrolment.request_wrong": {
    status: 400,
    title: "This is not a request of this device to be let in to this account.",
    fix: "Read your keyring, and make the request for your own account and the generation of its root.",
  },
  "enrolment.too_many": {
    status: 409,
    title: "Three devices are asking to be let in already.",
    fix: "Deny those you do not know on a device whose vault is open, or wait ten minutes.",
  },
  "enrolment.settled": {
    status: 409,
    title: "This request is not open any more.",
    fix: "It was answered, used or cancelled. Ask again on the new device.",
  },
  "enrolment.expired": {
    status: 410,
    title: "The ten minutes of this request are over.",
    fix: "Ask again on the new device.",
  },
  "enrolment.stale": {
    status: 409,
    title: "Your keys were changed since this was asked.",
    fix: "Ask again on the new device.",
  },
  "enrolment.answer_wrong": {
    status: 403,
    title: "A device whose vault is open has to answer this.",
    fix: "Unlock the vault on a device of yours, and answer from there.",
  },
} as const;
