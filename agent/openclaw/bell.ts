/** One thing happens, many may hear it; what a listener does is its own affair. */
export interface Bell<T> {
  ring(news: T): void;
  listen(hear: (news: T) => void): () => void;
}

export function makeBell<T>(): Bell<T> {
  const listeners = new Set<(news: T) => void>();
  return {
    ring(news) {
      for (const hear of [...listeners]) hear(news);
    },
    listen(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
  };
}
