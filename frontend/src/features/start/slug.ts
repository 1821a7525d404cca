const MOST = 40;

/** A short name from a long one, until it is typed: "Acme & Söhne" becomes "acme-sohne". */
export function slugFrom(name: string): string {
  const plain = name.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const joined = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "");
  return joined.slice(0, MOST).replace(/-+$/, "");
}
