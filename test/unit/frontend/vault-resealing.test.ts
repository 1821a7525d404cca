import { expect, it, vi } from "vitest";
import { type Resealing, resealing } from "../../../frontend/src/lib/vault/keys/resealing.ts";
import { lockVault, vaultState } from "../../../frontend/src/lib/vault/vault.ts";

vi.hoisted(() => vi.stubGlobal("location", { origin: "https://ocmt.example" }));

const LEFT = { vaults: [], agents: [], keyKept: [], offers: [], received: [], given: [] };

it("forgets with the lock what a change of keys left: another device may have finished it since; what runs goes on", () => {
  const ends: Resealing[] = [{ is: "failed" }, { is: "left", left: LEFT }, { is: "done", left: LEFT }];
  for (const end of [...ends, { is: "running", progress: undefined } as const]) {
    vaultState.change(() => ({ is: "open", sessions: { close: () => undefined } }) as never);
    resealing.change(() => end);
    lockVault();
    expect(resealing.get().is).toBe(end.is === "running" ? "running" : "none");
  }
});
