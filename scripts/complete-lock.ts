// Adds to package-lock.json the platform packages which the registry at hand did not have when the lock was written:
// `npm ci` refuses a lock that lacks an optional package, on every platform. Run after `npm install`.
import { readFileSync, writeFileSync } from "node:fs";

interface Entry {
  readonly version?: string;
  readonly optionalDependencies?: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { readonly optional?: boolean }>;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Entry> };
const isExact = (range: string) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range);

const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(
      ([name]) => !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
    )
    .map(([name, version]) => {
      if (!isExact(version)) throw new Error(`${name}@${version} of ${path} is missing and not one exact version.`);
      return [`node_modules/${name}`, { version, optional: true, ...platformOf(name) }] as const;
    }),
);

/** What npm asks before it installs: read from the name, as these packages spell it. */
function platformOf(name: string) {
  const words = name.split("/").at(-1)?.split("-") ?? [];
  const os = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"].find((known) => words.includes(known));
  const cpu = ["arm64", "x64", "arm", "ppc64", "riscv64", "s390x", "ia32", "wasm32"].find((known) =>
    words.includes(known),
  );
  if (cpu === undefined) throw new Error(`No platform can be read from ${name}.`);
  return { ...(os === undefined ? {} : { os: [os] }), cpu: [cpu] };
}

const packages = Object.fromEntries(
  [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => (a < b ? -1 : 1)),
);
writeFileSync("package-lock.json", `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
process.stdout.write(`${missing.length} platform packages added\n`);
