import type { Ctx } from "#platform/rules/context.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { openWrite, type Write, type WriteKind } from "#shared/crypto/account/signed-write.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { AppError, type ErrorCode } from "#shared/errors.ts";

interface Signed {
  readonly what: WriteKind;
  /** Where the thing stands now: the write's conditions have to hold it there. */
  readonly seq: number;
  readonly otherwise: ErrorCode; // for what was signed when it stood elsewhere
  readonly input: { readonly signed: string };
}

/**
 * What could lock an owner out is theirs to write, and not of whoever has their session or mailbox: the root that the account has now
 * signs it, whole, for this moment. The caller's transaction has to refuse if the root is another by then.
 * @throws keyring.unsigned, or `otherwise`
 */
export function demandSigned({ actor }: Ctx, { rootPub }: Keyring, { what, seq, otherwise, input }: Signed): void {
  const { signed, ...body } = input;
  const write = { what, tid: actor.tenantId, uid: actor.userId, body };
  if (seqOf(signed, write, rootPub) !== seq) throw new AppError(otherwise);
}

function seqOf(signed: string, write: Write, rootPub: string): number {
  try {
    return openWrite(decodeBase64url(signed), write, asSignPublicKey(decodeBase64url(rootPub)));
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("keyring.unsigned", { cause: error });
    throw error;
  }
}
