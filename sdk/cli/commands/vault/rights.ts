import { LEVEL_NAMES, rightsOfLevel } from "#shared/client/vault/keys/levels.ts";
import { isSound, namesOfRights, RIGHT_NAMES, type Rights, rightsOf, withNeeds } from "#shared/crypto/vault/rights.ts";
import { UsageError } from "../../failure.ts";

/** What somebody is to be allowed: one of the usual sets, or the rights one by one. */
export interface Allowing {
  readonly as?: string;
  readonly rights?: string;
}

/** @throws UsageError for no set, for both, for one that is not known, and for rights that do not go together */
export function readAllowing({ as, rights }: Allowing): Rights {
  if ((as === undefined) === (rights === undefined)) throw new UsageError("Say either --as or --rights.");
  if (rights !== undefined) return readRights(rights);
  const level = LEVEL_NAMES.find((known) => known === as);
  if (!level) throw new UsageError(`No such level: ${as}. There are ${LEVEL_NAMES.join(", ")}.`);
  return rightsOfLevel(level);
}

function readRights(text: string): Rights {
  const names = text.split(",").map((name) => {
    const right = RIGHT_NAMES.find((known) => known === name.trim());
    if (!right) throw new UsageError(`No such right: ${name.trim()}. There are ${RIGHT_NAMES.join(", ")}.`);
    return right;
  });
  const rights = rightsOf(names);
  if (isSound(rights)) return rights;
  const whole = namesOfRights(names.reduce((sum, right) => sum | withNeeds(right), 0)).join(",");
  throw new UsageError(`These rights rest on others. With them it is --rights ${whole}`);
}
