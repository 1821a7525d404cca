import { describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { describeSeal as describeChatSeal } from "../../../frontend/src/features/chat/status/describe-seal.ts";
import { describeSeal as describeVaultSeal } from "../../../frontend/src/features/vault/describe-seal.ts";

const image = `sha256:${"a1".repeat(32)}`;
const now = new Date("2026-11-29T12:00:00Z");
const item = { id: newId("item", now), version: 1, updatedAt: now.toISOString(), entry: null };
const open = { is: "open" } as const;

describe("the seal of a conversation", () => {
  it("is whole before anything is known, and when the start is one that was held against an earlier", () => {
    expect(describeChatSeal({ link: { is: "connecting" }, start: undefined }, "Ada", false)).toBeUndefined();
    expect(describeChatSeal({ link: open, start: { image, isTaken: false } }, "Ada", false)).toBeUndefined();
  });

  it("says of a first start that nothing was compared, and which image to ask about", () => {
    expect(describeChatSeal({ link: open, start: { image, isTaken: true } }, "Ada", false)).toMatchObject({
      ...{ tone: "warn", words: "Sealed, first start", number: image },
      what: expect.stringContaining("not unlocked Ada before"),
    });
  });

  it("sends nobody to an operator on one machine, and says that nothing attests the process", () => {
    const seal = describeChatSeal({ link: open, start: { image, isTaken: true } }, "Ada", true);
    expect(seal).toMatchObject({ tone: "warn", words: "Sealed, first start" });
    expect(seal?.what).toMatch(/not unlocked Ada before.*one of its processes\. Nothing attests/);
    expect(`${seal?.what} ${seal?.todo}`).not.toMatch(/operator|image|platform/);
    expect(seal?.number).toBeUndefined();
    const blocked = describeChatSeal({ link: { is: "blocked", code: "crypto.image" }, start: undefined }, "Ada", true);
    expect(blocked).toMatchObject({ tone: "bad", what: expect.stringContaining("on this machine") });
    expect(`${blocked?.what} ${blocked?.todo}`).not.toMatch(/operator|image|platform/);
  });

  it.each(["crypto.image", "crypto.rollback", "crypto.context", "crypto.attestation", "crypto.signature"])(
    "does not call itself sealed when the link is blocked by %s, a first start or not",
    (code) => {
      const seal = describeChatSeal({ link: { is: "blocked", code }, start: { image, isTaken: true } }, "Ada", false);
      expect(seal).toMatchObject({ tone: "bad", words: "Blocked", title: expect.stringMatching(/^Blocked: /) });
      expect(seal?.todo).not.toBe("");
      expect(seal?.number).toBeUndefined();
    },
  );
});

describe("the seal of a vault", () => {
  it("is whole while it is read, and when all who have it were compared with or nobody knows", () => {
    for (const is of ["reading", "whole", "closed", "gone"] as const)
      for (const unverified of [0, undefined]) expect(describeVaultSeal({ is, items: [] }, unverified)).toBeUndefined();
  });

  it("counts the members whose number was not compared", () => {
    expect(describeVaultSeal({ is: "whole", items: [] }, 1)).toMatchObject({
      ...{ tone: "warn", words: "Sealed, 1 unverified", what: expect.stringMatching(/^One member is/) },
    });
    expect(describeVaultSeal({ is: "whole", items: [] }, 3)?.what).toMatch(/^3 members are/);
  });

  it("says before that, that it is shown as it was read last", () => {
    expect(describeVaultSeal({ is: "old", items: [item] }, 3)).toMatchObject({
      tone: "warn",
      words: "Sealed, not current",
    });
    expect(describeVaultSeal({ is: "old", items: [] }, 0)).toBeUndefined(); // nothing is shown
  });

  it("does not call itself sealed when what the service shows was refused", () => {
    expect(describeVaultSeal({ is: "refused", items: [] }, 3)).toMatchObject({ tone: "bad", words: "Blocked" });
  });
});
