/** The failures of shares, for the table in errors.ts. */
export const SHARE_ERRORS = {
  "share.not_found": { status: 404, title: "No such share of yours.", fix: "Read the list of shares again." },
  "share.exists": { status: 409, title: "This share is there already.", fix: "Nothing to do." },
  "share.offers_full": {
    status: 409,
    title: "This person has 50 offers of yours that they have not answered.",
    fix: "Wait for their answers, or take some of the offers back.",
  },
  "share.refused": {
    status: 400,
    title: "The sealed keys are not yours for this person, item and terms.",
    fix: "Read the vault again, then seal and sign the keys of the item as it is now.",
  },
  "share.wrong_state": {
    status: 409,
    title: "The share cannot do this in its present state.",
    fix: "See `state`: a share is offered, then accepted or declined, until it is revoked or its date is reached.",
  },
  "share.of_grant": {
    status: 409,
    title: "This share belongs to a grant.",
    fix: "Take the grant back: that ends the share too, and tells the agent that uses it.",
  },
  "share.expired": {
    status: 410,
    title: "The share's date is reached.",
    fix: "Ask who shared it to share it again.",
  },
  "share.spent": {
    status: 410,
    title: "The share was opened as often as it may be.",
    fix: "Ask who shared it to share it again.",
  },
  "share.outdated": {
    status: 409,
    title: "The item, or your keys, were changed since it was shared.",
    fix: "Ask who shared it to open their vault: their device then seals it for you anew.",
  },
} as const;
