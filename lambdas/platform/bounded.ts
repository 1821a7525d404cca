/** Remembers what `make` answered for the last `size` keys, dropping the one longest unused. */
export function bounded<K, V>(size: number, make: (key: K) => V): (key: K) => V {
  const kept = new Map<K, V>();
  let newest: { key: K; value: V } | undefined; // most often asked for again at once
  return (key) => {
    if (newest?.key === key) return newest.value;
    const value = kept.get(key) ?? make(key);
    kept.delete(key); // a Map keeps the order of insertion: what is used moves to its end
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > size && oldest !== undefined) kept.delete(oldest);
    newest = { key, value };
    return value;
  };
}
