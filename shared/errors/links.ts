/** The failures of sign-in links, for the table in errors.ts. Used and expired are told to who holds the secret only. */
export const LINK_ERRORS = {
  "link.invalid": {
    status: 410,
    title: "This sign-in link is no longer valid.",
    fix: "Ask for a new link; each works once, for 15 minutes.",
  },
  "link.used": { status: 410, title: "This sign-in link was used.", fix: "Ask for a new link; each works once." },
  "link.expired": {
    status: 410,
    title: "This sign-in link has expired.",
    fix: "Ask for a new link; each works for 15 minutes.",
  },
  "link.code_wrong": {
    status: 401,
    title: "That code is not right.",
    fix: "Check the code in the other window; after five tries the link ends.",
  },
  "link.other_browser": {
    status: 409,
    title: "This link was asked for in another browser.",
    fix: "Type the code shown here into the browser that asked.",
  },
  "link.other_address": {
    status: 403,
    title: "This link was sent to another address.",
    fix: "Ask for a link to the address you signed in with.",
  },
} as const;
