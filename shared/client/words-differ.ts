/** None of those who ask has these words: somebody else asks, or a word was misheard. Nothing was released. */
export class WordsDiffer extends Error {
  override readonly name = "WordsDiffer";
}
