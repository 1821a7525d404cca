const PROGRAMS = [
  ["ocmt-cli/", "The ocmt program"],
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;
const SYSTEMS = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["CrOS", "ChromeOS"],
  ["Linux", "Linux"],
] as const;

/**
 * "Firefox on Linux": enough to recognise one's own device by, and the same in every list. A mark that stands in many
 * agents comes after the rarer ones.
 */
export function describeDevice(userAgent: string, otherwise = "Unknown device"): string {
  const named = (list: readonly (readonly [string, string])[]) => list.find(([mark]) => userAgent.includes(mark))?.[1];
  const program = named(PROGRAMS);
  const system = named(SYSTEMS);
  return program && system ? `${program} on ${system}` : (program ?? system ?? otherwise);
}
