/** The failures of vaults that several open together, for the table in errors.ts. */
export const OPENING_ERRORS = {
  "vault.holder_role": {
    status: 403,
    title: "Only owners and admins hold shares of a vault.",
    fix: "Choose holders who are owners or admins of the organisation, and have one of them make the set.",
  },
  "opening.wrong": {
    status: 400,
    title: "The opening or the answer to it is not what it has to be.",
    fix: "Ask anew, for at most fifteen minutes; answer openings of others, with a share or without one.",
  },
  "opening.not_found": {
    status: 404,
    title: "There is no such opening any more.",
    fix: "Openings end after fifteen minutes. Ask anew.",
  },
  "opening.answered": { status: 409, title: "You have answered this opening.", fix: "Nothing to do; it counts once." },
} as const;
