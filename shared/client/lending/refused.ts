/** Somebody's request, grant or wish that cannot be. `reason` says why, for the words of whoever asked. */
export class LendingRefused extends Error {
  override readonly name = "LendingRefused";
  readonly reason: keyof typeof WORDS;
  constructor(reason: keyof typeof WORDS) {
    super(WORDS[reason]);
    this.reason = reason;
  }
}

const WORDS = {
  invalid: "Say what for and why, one to three sites such as https://api.example.org, and how often.",
  wider: "This is more than was asked for. Give the same or less.",
  may_not_hand_on: "You may not hand on items of this vault.",
  keys_changed: "One of you changed all their keys since this was asked for. Deny it; it has to be asked for again.",
  file: "A file cannot be handed over by itself. Put it in a vault that you share.",
  not_open: "This is not open any more.",
} as const;
