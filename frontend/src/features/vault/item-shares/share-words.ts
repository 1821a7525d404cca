import type { Share } from "#shared/contracts/shares.ts";

const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** What somebody is given, until when and how often. */
export function sayTerms({ level, expiresAt, opensMax, opens }: Share): string {
  const may = level === "read" ? "may read it" : "may see its name";
  const until = expiresAt ? `until ${DATE.format(new Date(expiresAt))}` : "until it is taken back";
  const times = opensMax === null ? `opened ${timesOf(opens)}` : `opened ${opens} of ${timesOf(opensMax)}`;
  return `${may} · ${until} · ${times}`;
}

const timesOf = (count: number): string => (count === 1 ? "once" : `${count} times`);

export const STATES: Readonly<Record<Share["state"], string>> = {
  offered: "Waits for an answer",
  accepted: "In use",
  declined: "Declined",
  revoked: "Taken back",
  expired: "Its date is reached",
};

export const isLiving = ({ state }: Share): boolean => state === "offered" || state === "accepted";
