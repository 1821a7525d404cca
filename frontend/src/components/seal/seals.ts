/** What each seal covers and what it does not, as docs/threat-model.md has it. */
export const SEALS = {
  conversation: {
    words: "Sealed",
    title: "Only your devices and your running agent can read this.",
    covered: "What you and your agent say, its tool calls and approvals, the titles, and your drafts on this device.",
    uncovered:
      "The model's provider sees what your agent asks it. While the agent runs, the text is in its task's memory, and whoever runs the platform's AWS account could start a changed image. When you write, and roughly how much, can be seen on the way.",
  },
  vault: {
    words: "Sealed",
    title: "We cannot read your vault.",
    covered:
      "Names, kinds and contents of all items. What the service shows is checked against a list that only your devices can sign.",
    uncovered:
      "How many items there are, their sizes in steps of 64 bytes, and when they change. A browser that has never seen this vault cannot tell whether it is shown an older state of it. The web app itself comes from the platform.",
  },
  group: {
    words: "Sealed",
    title: "We cannot read this vault.",
    covered:
      "Names, kinds and contents of all items. Who belongs to it and what each may do is a chain of signatures that your device checks; the service can add nobody.",
    uncovered:
      "The vault's name, who belongs to it and what each may do, how many items there are, their sizes in steps of 64 bytes, and when they change. A browser that has never seen this vault cannot tell whether it is shown an older state of it. What a member could read, a member may have kept. A member whose number was not compared is known only by the keys that the service gave.",
  },
  state: {
    words: "Ciphertext only",
    title: "The platform keeps these bytes and cannot open them.",
    covered:
      "The agent's conversations, memory and files, under a key that only your devices and your running agent hold.",
    uncovered:
      "How large the state is, when it was saved and how often. While the agent runs, it is open in its task's memory.",
  },
} as const;
