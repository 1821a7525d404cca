import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { readSlot } from "#shared/crypto/slots/slot.ts";
import { AppError } from "#shared/errors.ts";
import type { KeyringRow } from "./keyring.repository.ts";

type Body = Input<(typeof keyringContract)["changeKeyring"]>;

/**
 * Either the root stays, and with it all that is its own; or it is the next one, to which the old one has agreed, with slots of its own
 * and what it carries of the old. Clients check all of it again by keys; here it is checked that nothing is kept which would leave an
 * account that nobody can open.
 * @throws keyring.rotation_wrong
 */
export function demandSameOrNext(before: KeyringRow, body: Body) {
  const { rootGeneration, rootPub, carry } = body;
  if (rootGeneration === before.rootGeneration) {
    if (rootPub !== before.rootPub || carry !== undefined) throw new AppError("keyring.rotation_wrong");
    return undefined;
  }
  const isNext = rootGeneration === before.rootGeneration + 1 && rootPub !== before.rootPub;
  if (!isNext || carry === undefined || !isOfNewRoot(before, body)) throw new AppError("keyring.rotation_wrong");
  return { rootGeneration, carry };
}

function isOfNewRoot(before: KeyringRow, { rootGeneration, rootPub, identity, bundle, slots }: Body): boolean {
  try {
    const read = readBundle(decodeBase64url(bundle));
    const isAgreed = read.rotation !== undefined && encodeBase64url(read.bundle.rootKey) === rootPub;
    const areNew = slots.every(({ blob }) => readSlot(decodeBase64url(blob)).urkGen === rootGeneration);
    return isAgreed && areNew && bundle !== before.bundle && identity !== before.identity;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}
