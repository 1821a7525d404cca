/** What stands above the words on paper: a person has one phrase for each organisation. */
export const headingOf = (email: string, tenantName: string): string =>
  `OCMT recovery phrase of ${email} in ${tenantName}`;

/** The words as a text file, numbered, because their order counts. */
export function paperOf(heading: string, words: string): string {
  const lines = words.split(" ").map((word, at) => `${String(at + 1).padStart(2)}. ${word}`);
  return `${heading}\n\n${lines.join("\n")}\n\nWhoever has these words can open the vault. Keep them away from the device they are for.\n`;
}
