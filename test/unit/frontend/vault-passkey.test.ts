import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { prfInputOf } from "#shared/crypto/slots/passkey-slot.ts";
import { newId } from "#shared/ids.ts";
import { askPasskey, findPasskeyObstacle, makePasskey } from "../../../frontend/src/lib/vault/ways/passkey.ts";

const now = new Date("2030-01-01T00:00:00Z");
const place = { tid: newId("tenant", now), uid: newId("user", now) };
const id = Uint8Array.of(1, 2, 3);
const secret = new Uint8Array(32).fill(9);
const wanted = { email: "ada@example.org", organisation: "Works", known: [] };

/** What a browser without a screen would have of WebAuthn. */
class FakeAssertion {
  readonly authenticatorData: ArrayBuffer;
  constructor(flags: number) {
    this.authenticatorData = Uint8Array.from({ length: 37 }, (_, at) => (at === 32 ? flags : 0)).buffer;
  }
}
class FakeCredential {
  readonly rawId = id.buffer;
  readonly response: FakeAssertion;
  readonly #prf: object | undefined;
  constructor(flags: number, prf: object | undefined) {
    this.response = new FakeAssertion(flags);
    this.#prf = prf;
  }
  getClientExtensionResults = () => (this.#prf ? { prf: this.#prf } : {});
}

const VERIFIED = 0x05; // present and verified
const PRESENT = 0x01;
const asked: CredentialRequestOptions[] = [];
const answering = (
  answer: () => unknown,
  made: () => unknown = () => new FakeCredential(VERIFIED, { enabled: true }),
) =>
  vi.stubGlobal("navigator", {
    credentials: {
      get: async (options: CredentialRequestOptions) => {
        asked.push(options);
        return answer();
      },
      create: async () => made(),
    },
  });
const refuse = (name: string) => () => {
  throw new DOMException("no", name);
};

describe("a passkey", () => {
  beforeEach(() => {
    asked.length = 0;
    vi.stubGlobal("location", { hostname: "ocmt.example.org" });
    vi.stubGlobal("PublicKeyCredential", FakeCredential);
    vi.stubGlobal("AuthenticatorAssertionResponse", FakeAssertion);
  });
  afterEach(() => vi.unstubAllGlobals());

  it("gives the secret that its authenticator computed for this person, once it has verified them", async () => {
    answering(() => new FakeCredential(VERIFIED, { results: { first: secret.buffer } }));
    expect(await askPasskey(place, [id])).toEqual({ credentialId: id, prfOutput: secret });
    const { publicKey } = asked[0] ?? {};
    expect(publicKey).toMatchObject({ rpId: "ocmt.example.org", userVerification: "required" });
    expect(publicKey?.extensions?.prf?.eval?.first).toEqual(prfInputOf(place.uid));
    expect(publicKey?.allowCredentials).toEqual([{ type: "public-key", id }]);
  });

  it("is refused when the authenticator has not verified who is there, whatever it computed", async () => {
    answering(() => new FakeCredential(PRESENT, { results: { first: secret.buffer } }));
    await expect(askPasskey(place, [id])).rejects.toMatchObject({ is: "unverified" });
  });

  it("is told to be of no use where no secret is computed, when it is made as when it is asked", async () => {
    answering(() => new FakeCredential(VERIFIED, undefined));
    await expect(askPasskey(place, [id])).rejects.toMatchObject({ is: "no_prf" });
    await expect(makePasskey(place, wanted)).rejects.toMatchObject({ is: "no_prf" });
    answering(
      () => new FakeCredential(VERIFIED, { results: { first: secret.buffer } }),
      () => new FakeCredential(VERIFIED, { enabled: false }),
    );
    await expect(makePasskey(place, wanted)).rejects.toMatchObject({ is: "no_prf" });
    expect(asked).toHaveLength(2);
  });

  it("says what a browser's refusal means", async () => {
    const refusals = { NotAllowedError: "refused", InvalidStateError: "known", SecurityError: "address" };
    for (const [name, is] of Object.entries(refusals)) {
      answering(refuse(name));
      await expect(askPasskey(place, [id])).rejects.toMatchObject({ is });
    }
    answering(() => null);
    await expect(askPasskey(place, [id])).rejects.toMatchObject({ is: "refused" });
  });

  it("is not asked for at an address that is a number, nor in a browser that has none", async () => {
    answering(() => new FakeCredential(VERIFIED, { results: { first: secret.buffer } }));
    for (const hostname of ["127.0.0.1", "[::1]"]) {
      vi.stubGlobal("location", { hostname });
      expect(findPasskeyObstacle()).toBe("address");
      await expect(askPasskey(place, [id])).rejects.toMatchObject({ is: "address" });
    }
    expect(asked).toEqual([]);
    vi.stubGlobal("location", { hostname: "localhost" });
    expect(findPasskeyObstacle()).toBeUndefined();
  });
});
