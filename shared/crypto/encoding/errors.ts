/**
 * Every way in which bytes can be refused, named once. The message is fixed per code: it never carries a byte of what was
 * refused, and a wrong key reads the same as a forged ciphertext (THREATS A05).
 */
const CATALOGUE = {
  "crypto.format": "The bytes are not in the expected form.",
  "crypto.suite": "The format or cipher suite is not known to this version.",
  "crypto.commitment": "The key does not belong to this ciphertext.",
  "crypto.open": "The ciphertext was altered or moved.",
  "crypto.signature": "The signature is not valid.",
  "crypto.context": "The statement belongs to another place.",
  "crypto.key": "The key is not usable.",
  "crypto.rng": "The random number generator failed.",
  "crypto.kdf_params": "The key derivation parameters are not allowed.",
  "crypto.rollback": "The version is older than one already seen.",
  "crypto.expired": "The statement is outside its time.",
  "crypto.phrase": "The recovery words or key were mistyped.",
  "crypto.attestation": "The container could not prove what it runs.",
  "crypto.image": "The container runs another image than the one that was accepted.",
  "crypto.share": "A share is forged, damaged, or one of another set.",
  "crypto.shares_few": "There are fewer good shares than it takes.",
  "crypto.manifest": "The vault does not hold what its manifest says.",
} as const satisfies Record<string, string>;

export type CryptoErrorCode = keyof typeof CATALOGUE;

/** A refusal by `shared/crypto`. Callers switch on `code`. */
export class CryptoError extends Error {
  override readonly name = "CryptoError";
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, options: { cause?: unknown } = {}) {
    super(CATALOGUE[code], options);
    this.code = code;
  }
}

/** Throws `code` unless `condition` holds. */
export function demand(condition: boolean, code: CryptoErrorCode): asserts condition {
  if (!condition) throw new CryptoError(code);
}
