import type { Clients } from "#shared/client/clients.ts";
import type { VaultMembership } from "#shared/contracts/vault.ts";
import type { Id } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";
import type { PinStore } from "../link/pins.ts";
import { signed } from "../signed-write.ts";
import type { VaultMeans } from "../vault/state.ts";
import { eachOf, type Named, type Stuck, troubleOf } from "./put-aside.ts";
import { renewAgent } from "./renew-agent.ts";
import { outdatedReceived, renewGiven } from "./renew-shares.ts";
import { changeKey, renewVault } from "./renew-vault.ts";

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

/** What is not as it shall be. The first two keep the change from its end, and stay carried; the others somebody else has to do something about. */
export interface LeftBehind {
  /** Shown falsely, refused or not answered: nothing of theirs is lost, and the next try takes up only these. */
  readonly vaults: readonly Stuck<"vault">[];
  readonly agents: readonly Stuck<"agent">[];
  /** Shared vaults that go on with the key that the old root opens: somebody who looks after them has to have them open. */
  readonly keyKept: readonly Named<"vault">[];
  /** Offered by others and not answered yet: their keys are sealed to the identity before. They have to offer them again. */
  readonly offers: readonly Id<"vault">[];
  /** Single items given to this account: their givers' devices seal them anew when they next open their vaults. */
  readonly received: readonly Id<"share">[];
  /** Single items that this account shares with somebody whose keys are not to be believed, or may share no more. */
  readonly given: readonly Id<"share">[];
}

/**
 * Seals everything anew that lies under an earlier root, and then forgets what is carried of it. Agents come first: their tasks obey the
 * old root until then. Stopped at any moment and started again, on this device or another, it goes on where it was: each part says of
 * itself under which root it lies.
 * @returns the account without what it carried; the same account while vaults or agents are left
 */
export async function finishRotation(
  means: FinishMeans,
  onProgress: (progress: RotationProgress) => void = () => undefined,
): Promise<{ readonly account: Account; readonly left: LeftBehind }> {
  const { api, account } = means;
  const { carried, ...rest } = account;
  if (!carried) return { account, left: NOTHING };
  const agents = await renewAgents(means, onProgress);
  const ofVaults = await renewVaults(means, onProgress);
  const received = await outdatedReceived({ shares: api.shares, vaults: means.vaults });
  const left = { ...ofVaults, agents, received };
  if (left.vaults.length + agents.length > 0) return { account, left };
  const rootGeneration = account.root.urkGen;
  await api.keyring.finishRotation(
    signed(account, { what: "keyring.finish", seq: rootGeneration }, { rootGeneration }),
  );
  return { account: rest, left };
}

const NOTHING: LeftBehind = { vaults: [], agents: [], keyKept: [], offers: [], received: [], given: [] };

async function renewVaults(
  { api, vaults }: FinishMeans,
  onProgress: (progress: RotationProgress) => void,
): Promise<Omit<LeftBehind, "agents" | "received">> {
  const { items } = await api.vault.listVaults({});
  const own = items.filter(isOwn).toSorted((a) => (a.kind === "personal" ? -1 : 1));
  const given: Id<"share">[] = [];
  const keyKept: Named<"vault">[] = [];
  const renew = async ({ id, kind, name }: (typeof own)[number]) => {
    const which = kind === "personal" ? "own" : id;
    const state = await renewVault(vaults, which, ({ done, of }) => onProgress({ what: "items", done, of }));
    if (await troubleOf(changeKey(vaults, state))) keyKept.push({ id, name });
    given.push(...(await renewGiven({ shares: api.shares, vaults }, which, id)));
  };
  const stuck = await eachOf(own, {
    work: renew,
    isListed: async ({ id }) => (await api.vault.listVaults({})).items.filter(isOwn).some((vault) => vault.id === id),
    onDone: (done) => onProgress({ what: "vaults", done, of: own.length }),
  });
  return {
    ...{ vaults: stuck, keyKept, given },
    offers: items.filter(({ state }) => state === "offered").map(({ id }) => id),
  };
}

const isOwn = ({ state, kind }: VaultMembership): boolean => state === "accepted" && kind !== "threshold";

async function renewAgents(
  { api, account, pinsOf, sleep }: FinishMeans,
  onProgress: (progress: RotationProgress) => void,
): Promise<Stuck<"agent">[]> {
  const agents = await listAgents(api);
  return eachOf(agents, {
    work: ({ id }) => renewAgent({ agents: api.agents, account, pins: pinsOf(id), sleep }, id),
    isListed: async ({ id }) => (await listAgents(api)).some((agent) => agent.id === id),
    onDone: (done) => onProgress({ what: "agents", done, of: agents.length }),
  });
}

async function listAgents({ agents }: FinishMeans["api"]): Promise<Named<"agent">[]> {
  const found: Named<"agent">[] = [];
  let cursor: string | undefined;
  do {
    const page = await agents.list({ limit: 100, cursor });
    found.push(...page.items.filter(({ state }) => state !== "deleting").map(({ id, name }) => ({ id, name })));
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return found;
}
