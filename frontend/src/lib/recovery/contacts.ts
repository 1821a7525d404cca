import type { Chosen } from "#shared/client/recovery/contacts-set.ts";
import type { HeldShare } from "#shared/contracts/recovery.ts";
import type { Id } from "#shared/ids.ts";
import { keyring, recovery } from "../api.ts";
import { workerArgon2id } from "../device/argon2.ts";
import { getOpenVault, keepPin } from "../vault/vault.ts";

/** The code of recovery comes with the first page that uses it. */
export async function chooseVaultContacts(chosen: Chosen): Promise<void> {
  const { chooseContacts } = await import("#shared/client/recovery/contacts-set.ts");
  await chooseContacts(await ownerMeans(), chosen);
}

export async function dismissVaultContacts(setId: Id<"shareSet">, passphrase: string): Promise<void> {
  const { dismissContacts } = await import("#shared/client/recovery/contacts-set.ts");
  await dismissContacts(await ownerMeans(), setId, passphrase);
}

/** @throws WordsDiffer when nobody who asks has these six words */
export async function releaseHeldShare(held: HeldShare, heard: string): Promise<void> {
  const { account, vaults } = getOpenVault();
  const { releaseShare } = await import("#shared/client/recovery/held-share.ts");
  await releaseShare({ api: recovery, account, vaults: await vaults.load() }, held, heard);
}

export async function cancelRecovery(recoveryId: Id<"recovery">): Promise<void> {
  const { endRecovery } = await import("#shared/client/recovery/own-recovery.ts");
  await endRecovery(recovery, getOpenVault().account, recoveryId, "cancelled");
}

async function ownerMeans() {
  const { account, pin, vaults } = getOpenVault();
  return {
    ...{ api: recovery, keyring, account, pin, vaults: await vaults.load() },
    ...{ deriveArgon2id: workerArgon2id, now: () => new Date() },
    keepPin: (next: typeof pin) => keepPin(account, next),
  };
}
