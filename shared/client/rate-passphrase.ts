import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import * as common from "@zxcvbn-ts/language-common";
import * as english from "@zxcvbn-ts/language-en";

const rater = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary },
  graphs: common.adjacencyGraphs,
  translations: english.translations,
});

const ENOUGH = 4;
const CHARS_RATED = 100; // the rater's time grows with the square of the length

export interface Rating {
  readonly score: 0 | 1 | 2 | 3 | 4;
  readonly isEnough: boolean;
  readonly says: string;
}

/** Rated on this device. Only the best of five scores is taken, because nothing but guessing stands between a thief and the slot. */
export function ratePassphrase(passphrase: string, own: readonly string[]): Rating {
  const { score, feedback } = rater.check(passphrase.slice(0, CHARS_RATED), [...own]);
  const isEnough = score >= ENOUGH;
  const advice = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(" ");
  return { score, isEnough, says: isEnough ? "Strong." : `Not strong enough. ${advice || "Add another word or two."}` };
}
