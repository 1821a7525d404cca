import { mkdir, readFile, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import * as z from "zod";
import type { Database } from "#shared/client/device/database.ts";
import { AccessToken } from "#shared/contracts/identity.ts";
import { idOf } from "#shared/ids.ts";
import { ifMissing, openFiles, PATIENCE, writeWhole } from "./files.ts";

/** Who is signed in where. The cookie is the session: whoever reads it can use the API as this person, and cannot open the vault. */
const Login = z.object({
  url: z.url({ protocol: /^https?$/ }),
  email: z.string(),
  userId: idOf("user").optional(),
  cookies: z.record(z.string(), z.string()),
  token: AccessToken.optional(),
});
export type Login = z.infer<typeof Login>;

/** One person at one deployment, on this machine. */
export interface Profile {
  readonly database: Database;
  read(): Promise<Login | undefined>;
  write(login: Login): Promise<void>;
  /** Nobody is signed in any more. What this device keeps sealed stays, and waits for the next time. */
  forget(): Promise<void>;
  /** One process at a time: the cookie is rotated, and two must not trade the same one. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

const { env } = process;
export const homeOfProfiles = (): string =>
  env["OCMT_HOME"] ?? join(env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "ocmt");

const NAME = /^[\w.-]{1,64}$/;

/** @throws RangeError for a name that could lead out of the folder */
export async function openProfile(name = "default", home = homeOfProfiles()): Promise<Profile> {
  if (!NAME.test(name) || name.startsWith("."))
    throw new RangeError("A profile is named by letters, digits, - _ and .");
  const folder = join(home, name);
  const login = join(folder, "login.json");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    database: openFiles(folder),
    async read() {
      const text = await readFile(login, "utf8").catch(ifMissing(undefined));
      return text === undefined ? undefined : Login.parse(JSON.parse(text));
    },
    write: (next) => writeWhole(login, JSON.stringify(next)),
    forget: () => rm(login, { force: true }),
    async alone(work) {
      const release = await lock(folder, PATIENCE);
      return work().finally(release);
    },
  };
}
