/** Every cookie of ours: unreadable by scripts, sent by no other site, and only to the routes that sign people in. */
const PATH = "/v1/auth";

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
}

/** On https the `__Secure-` prefix keeps a plain page of the same host from planting one. */
export const cookieName = (origin: string, name: string): string =>
  origin.startsWith("https:") ? `__Secure-ocmt_${name}` : `ocmt_${name}`;

export function formatCookie(origin: string, { name, value, maxAgeSeconds }: Cookie): string {
  const secure = origin.startsWith("https:") ? "; Secure" : "";
  return `${cookieName(origin, name)}=${value}; Path=${PATH}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}
