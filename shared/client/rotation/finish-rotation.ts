import type { Clients } from "#shared/client/clients.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { PinStore } from "../link/pins.ts";
import { signed } from "../signed-write.ts";
import type { VaultMeans } from "../vault/state.ts";
import { renewAgent } from "./renew-agent.ts";
import { outdatedReceived, renewGiven } from "./renew-shares.ts";
import { renewVault } from "./renew-vault.ts";

export interface FinishMeans {
  readonly api: Pick<Clients, "agents" | "vault" | "keyring" | "shares">;
  readonly account: Account;
  readonly vaults: VaultMeans;
  readonly pinsOf: (agentId: Id<"agent">) => PinStore;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What of an account is under its new root: vaults, items of one's own vault, agents. */
export interface RotationProgress {
  readonly what: "vaults" | "items" | "agents";
  readonly done: number;
  readonly of: number;
}

/** What could not be brought under the new root, because somebody else has to do something about it. */
export interface LeftBehind {
  /** Offered by others and not answered yet: their keys are sealed to the identity before. They have to offer them again. */
  readonly offers: readonly Id<"vault">[];
  /** Single items given to this account: their givers' devices seal them anew when they next open their vaults. */
  readonly received: readonly Id<"share">[];
  /** Single items that this account shares with somebody whose keys are not to be believed, or may share no more. */
  readonly given: readonly Id<"share">[];
}

/**
 * Seals everything anew that lies under an earlier root, and then forgets what is carried of it. Stopped at any moment and started again,
 * on this device or another, it goes on where it was: each part says of itself under which root it lies.
 * @returns the account without what it carried
 */
export async function finishRotation(
  means: FinishMeans,
  onProgress: (progress: RotationProgress) => void = () => undefined,
): Promise<{ readonly account: Account; readonly left: LeftBehind }> {
  const { api, account } = means;
  const { carried, ...rest } = account;
  if (!carried) return { account, left: { offers: [], received: [], given: [] } };
  const { offers, given } = await renewVaults(means, onProgress);
  const received = await outdatedReceived({ shares: api.shares, vaults: means.vaults });
  await renewAgents(means, onProgress);
  const rootGeneration = account.root.urkGen;
  await api.keyring.finishRotation(
    signed(account, { what: "keyring.finish", seq: rootGeneration }, { rootGeneration }),
  );
  return { account: rest, left: { offers, received, given } };
}

async function renewVaults(
  { api, vaults }: FinishMeans,
  onProgress: (progress: RotationProgress) => void,
): Promise<Pick<LeftBehind, "offers" | "given">> {
  const { items } = await api.vault.listVaults({});
  const own = items
    .filter(({ state, kind }) => state === "accepted" && kind !== "threshold")
    .toSorted((a) => (a.kind === "personal" ? -1 : 1));
  const given: Id<"share">[] = [];
  let done = 0;
  onProgress({ what: "vaults", done, of: own.length });
  for (const { id, kind } of own) {
    const which = kind === "personal" ? "own" : id;
    await unlessGone(renewVault(vaults, which, (progress) => onProgress({ what: "items", ...progress })));
    await unlessGone(renewGiven({ shares: api.shares, vaults }, which, id).then((left) => void given.push(...left)));
    onProgress({ what: "vaults", done: ++done, of: own.length });
  }
  return { offers: items.filter(({ state }) => state === "offered").map(({ id }) => id), given };
}

async function renewAgents(
  { api, account, pinsOf, sleep }: FinishMeans,
  onProgress: (progress: RotationProgress) => void,
) {
  const ids = await listAgents(api);
  let done = 0;
  onProgress({ what: "agents", done, of: ids.length });
  for (const agentId of ids) {
    await unlessGone(renewAgent({ agents: api.agents, account, pins: pinsOf(agentId), sleep }, agentId));
    onProgress({ what: "agents", done: ++done, of: ids.length });
  }
}

async function listAgents({ agents }: FinishMeans["api"]): Promise<Id<"agent">[]> {
  const ids: Id<"agent">[] = [];
  let cursor: string | undefined;
  do {
    const page = await agents.list({ limit: 100, cursor });
    ids.push(...page.items.filter(({ state }) => state !== "deleting").map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return ids;
}

const GONE = ["vault.not_found", "agent.not_found"];

/** What was deleted meanwhile, or what one was removed from, needs no keys. */
async function unlessGone(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError && GONE.includes(error.code))) throw error;
  }
}
