const WORDS = 12;
const ASKED = 3;

/** Three different places of the twelve, in order, by chance. */
export function choosePlaces(): readonly number[] {
  const left = Array.from({ length: WORDS }, (_, place) => place);
  const chosen: number[] = [];
  while (chosen.length < ASKED) {
    const [at = 0] = crypto.getRandomValues(new Uint32Array(1));
    chosen.push(...left.splice(at % left.length, 1));
  }
  return chosen.toSorted((a, b) => a - b);
}

export function isRight(words: string, places: readonly number[], typed: readonly string[]): boolean {
  const all = words.split(" ");
  return places.every((place, nth) => all[place] === typed[nth]?.trim().toLowerCase());
}
