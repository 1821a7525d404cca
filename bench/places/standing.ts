/** What a figure has started and not yet ended: a run that is cut off ends it too. */
const standing = new Set<() => Promise<void>>();

/** Gives `end` back, to be called once by whoever started the thing. */
export function standUntil(end: () => Promise<void>): () => Promise<void> {
  const once = async () => {
    if (standing.delete(once)) await end();
  };
  standing.add(once);
  return once;
}

export async function endAll(): Promise<void> {
  await Promise.allSettled([...standing].map((end) => end()));
}
