const list = new Intl.ListFormat("en");

/** Of items that a member sealed so that they open for nobody, by their names or ids: they cannot be sealed anew. */
export function sayStuck(items: readonly string[]): string {
  const [it, one] = items.length === 1 ? ["it", "a new one"] : ["them", "new ones"];
  const was = items.length === 1 ? "it was" : "they were";
  return `Sealed by a member so that no key of this vault opens ${it}: ${list.format(items)}. Everything else is sealed under the newest key. Remove ${it}, and save ${it} as ${one} if you know what ${was}.`;
}
