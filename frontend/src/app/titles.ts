const TITLES: readonly (readonly [RegExp, string])[] = [
  [/^\/$/, "Sign in"],
  [/^\/link$/, "Signing in"],
  [/^\/invite$/, "Invite"],
  [/^\/start$/, "Set up"],
  [/^\/chat(\/|$)/, "Chat"],
  [/^\/agents\/[^/]+/, "Agent"],
  [/^\/agents$/, "Agents"],
  [/^\/vault(\/|$)/, "Vault"],
  [/^\/people$/, "People"],
  [/^\/people\/lending$/, "Lending"],
  [/^\/settings(\/|$)/, "Settings"],
];

/** What the tab and the history call a page. Nothing of what is sealed: titles are kept by the browser in the clear. */
export function titleOf(pathname: string): string {
  const name = TITLES.find(([pattern]) => pattern.test(pathname))?.[1];
  return name === undefined ? "OCMT" : `${name} · OCMT`;
}
