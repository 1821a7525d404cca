import { takeNewKeys } from "#shared/client/recovery/take-new-keys.ts";
import { changeAllKeys } from "#shared/client/rotation/change-all-keys.ts";
import { finishRotation } from "#shared/client/rotation/finish-rotation.ts";
import { agents, keyring, recovery, sharesApi, vaultApi } from "../../api.ts";
import { workerArgon2id } from "../../device/argon2.ts";
import { openDatabase } from "../../device/database.ts";
import { queries } from "../../queries.ts";
import { getOpenVault, goOnWithKeys, openWith, vaultState } from "../vault.ts";
import { type Resealing, resealing } from "./resealing.ts";

/**
 * Other keys, another passphrase, and the twelve new words that this gives. Without the present passphrase only right after an unlock by
 * something that was kept for recovery.
 * @throws CryptoError("crypto.commitment") for a wrong present passphrase
 */
export async function changeVaultKeys({ present, next }: { present?: string; next: string }): Promise<string> {
  const { account, pin, mustChangeKeys } = getOpenVault();
  const means = { api: keyring, deriveArgon2id: workerArgon2id, now: new Date(), pin };
  if (present === undefined && !mustChangeKeys) throw new Error("The present passphrase is needed.");
  const changed =
    present === undefined
      ? await takeNewKeys(account, next, {
          ...means,
          recovery,
          database: openDatabase(),
          folder: `${account.tid}/${account.uid}`,
        })
      : await changeAllKeys(account, { present, next }, means);
  await openWith(account, changed, { mustChangeKeys });
  await queries.invalidateQueries({ queryKey: ["keyring"] });
  void goOnWithKeys();
  return changed.recoveryPhrase;
}

/** Seals anew what still lies under earlier keys, until the vault is locked. Begun twice, it is done once. */
export async function finishVaultKeys(): Promise<void> {
  const { account, vaults, sessions } = getOpenVault();
  if (!account.carried || resealing.get().is === "running") return;
  const isOurs = () => {
    const state = vaultState.get();
    return state.is === "open" && state.account === account;
  };
  const demandOurs = () => {
    if (!isOurs()) throw new Error("The vault was locked.");
  };
  const tell = (news: Resealing) => isOurs() && resealing.change(() => news);
  const pause = (ms: number) => sleep(ms).then(demandOurs);
  tell({ is: "running", progress: undefined });
  try {
    const { means } = await vaults.load();
    const api = { agents, keyring, vault: vaultApi, shares: sharesApi };
    const { pinsOf } = sessions.sealer;
    const finishing = { api, account, vaults: means, pinsOf, sleep: pause };
    const { account: after, left } = await finishRotation(finishing, (progress) => {
      demandOurs(); // or the root of a locked vault would go on sealing
      tell({ is: "running", progress });
    });
    tell({ is: after.carried ? "left" : "done", left });
    vaultState.change((state) =>
      state.is === "open" && state.account === account ? { ...state, account: after } : state,
    );
    await queries.invalidateQueries();
  } catch {
    tell({ is: "failed" }); // the platform did not answer: nothing is lost
  }
}

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
