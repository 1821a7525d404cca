import { signWrite, type WriteKind } from "#shared/crypto/account/signed-write.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Account } from "./keyring.ts";

type Signer = Pick<Account, "tid" | "uid" | "root">;

/** A request whose every field the root of an open account has signed; `seq` says where what it changes stands (signed-write.ts in crypto). */
export function signed<T extends object>(
  { tid, uid, root }: Signer,
  { what, seq }: { readonly what: WriteKind; readonly seq: number },
  request: T,
): T & { readonly signed: string } {
  const bytes = signWrite({ what, tid, uid, body: request }, seq, root.rootSign.secretKey);
  return { ...request, signed: encodeBase64url(bytes) };
}
