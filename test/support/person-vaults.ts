import { openVaults, type Vaults } from "#shared/client/vault/vaults.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { MemoryObjects } from "./memory-objects.ts";
import type { Person } from "./person.ts";

/** The vaults of somebody who has settled, on a device that has seen nothing yet. */
export function vaultsOf({ account, api }: Person): Vaults {
  if (!account) throw new Error("settle first");
  return openVaults({
    ...{ api: api.vault, keyring: api.keyring, account },
    ...{ database: makeMemoryDatabase(), folder: "", transfer: new MemoryObjects().transfer },
    now: () => new Date(),
  });
}
