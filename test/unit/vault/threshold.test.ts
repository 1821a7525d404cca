import { beforeEach, describe, expect, it } from "vitest";
import type { AskedByOther, OpeningProgress } from "#shared/client/vault/openings/openings.ts";
import { NeedsOpening } from "#shared/client/vault/trouble.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import { GroupWorld, type Someone } from "#test/support/group-world.ts";
import { noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let people: readonly Someone[];
const code = (value: string) => ({ code: value });
const idOf = ({ account }: Someone) => account.uid;
const at = <T>(list: readonly T[], index: number): T => list[index] ?? expect.fail("nobody there");

beforeEach(async () => {
  world = new GroupWorld();
  const ann = await world.owner("work");
  for (const row of world.store.rows.values()) if (row["tier"] === "free") row["tier"] = "pro"; // more than three people
  const others: Someone[] = [];
  for (const name of ["ben", "eve", "kim"]) others.push(await world.colleague(ann, name, "admin"));
  people = [ann, ...others];
});

/** A vault of t of the first n people, with a note in it. */
async function vaultOf(threshold: number, count: number) {
  const holders = people.slice(0, count);
  const [ann] = holders;
  if (!ann) throw new Error("nobody");
  const vaultId = await ann.vaults.createThreshold("Break glass", { threshold, holders: holders.map(idOf) });
  for (const holder of holders.slice(1)) await holder.api.answerVault({ vaultId, answer: "accept" });
  return { vaultId, holders };
}

async function release(
  vaultId: Id<"vault">,
  who: Someone,
  answer: "released" | "denied" = "released",
): Promise<AskedByOther> {
  const asked = at(await who.vaults.threshold(vaultId).others(), 0);
  await who.vaults.threshold(vaultId).answer(asked, answer);
  return asked;
}

/** Somebody asks, and these release. */
async function open(vaultId: Id<"vault">, opener: Someone, others: readonly Someone[]) {
  const vaults = world.freshDevice(opener);
  const asked = await vaults.threshold(vaultId).ask("Payroll, and Ann is away");
  for (const other of others) await release(vaultId, other);
  return { vaults, asked, progress: await vaults.threshold(vaultId).look(asked) };
}

const choices = <T>(from: readonly T[], size: number): T[][] =>
  size === 0 ? [[]] : from.flatMap((one, i) => choices(from.slice(i + 1), size - 1).map((rest) => [one, ...rest]));
const isOpen = ({ ring }: OpeningProgress) => ring !== undefined;

describe("a vault that several open together", () => {
  it.each([
    [2, 2],
    [2, 3],
    [3, 4],
  ])(
    "is opened by every %i of %i, and by no one fewer, with an error",
    { timeout: 60_000 },
    async (threshold, count) => {
      const { vaultId, holders } = await vaultOf(threshold, count);
      for (const chosen of choices(holders, threshold)) {
        const { vaults, progress } = await open(vaultId, at(chosen, 0), chosen.slice(1));
        expect([isOpen(progress), progress.released, progress.forged]).toEqual([true, threshold, []]);
        const book = await vaults.open(vaultId);
        await book.save(world.newItem(), noteOf("Seen"));
        world.turn(16 * 60_000);
      }
      for (const chosen of choices(holders, threshold - 1)) {
        const { vaults, progress } = await open(vaultId, at(chosen, 0), chosen.slice(1));
        expect([isOpen(progress), progress.released]).toEqual([false, threshold - 1]);
        await expect(vaults.open(vaultId)).rejects.toThrow(NeedsOpening);
        world.turn(16 * 60_000);
      }
    },
  );

  it("is opened by nobody with all that the platform keeps: no row holds its key, not even of who made it", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    for (const holder of [...holders, at(people, 3)])
      await expect(world.freshDevice(holder).open(vaultId)).rejects.toThrow();
    const { vaults } = await open(vaultId, at(holders, 0), [at(holders, 1)]);
    const { held } = (await vaults.open(vaultId)).head().ring;
    const kept = JSON.stringify([...world.store.rows.values()]);
    for (const [, key] of held) {
      const bytes = "vaultKey" in key ? key.vaultKey : key.entryKek;
      expect(kept).not.toContain(encodeBase64url(bytes));
    }
    expect(held.size).toBe(1); // the first key, which its maker had, opens nothing
  });

  it("shows the reason and the same six words to those who are asked, and the reason to nobody else", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const [ann, ben, eve] = holders as [Someone, Someone, Someone];
    const asked = await ann.vaults.threshold(vaultId).ask("Payroll, and Ann is away");
    for (const other of [ben, eve]) {
      const [seen] = await other.vaults.threshold(vaultId).others();
      expect(seen).toMatchObject({
        reason: "Payroll, and Ann is away",
        words: asked.words,
        opener: idOf(ann),
        answered: null,
      });
    }
    expect(JSON.stringify([...world.store.rows.values()])).not.toContain("Payroll");
    await expect(at(people, 3).api.listOpenings({ vaultId })).rejects.toMatchObject(code("vault.not_found"));
  });

  it("names whose share is forged, and opens with the others", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const [ann, ben, eve] = holders as [Someone, Someone, Someone];
    const asked = await ann.vaults.threshold(vaultId).ask("Payroll");
    const seen = at(await ben.vaults.threshold(vaultId).others(), 0);
    await ben.api.answerOpening({
      vaultId,
      openingId: seen.id,
      answer: "released",
      share: encodeBase64url(new Uint8Array(1600)),
    });
    expect(await ann.vaults.threshold(vaultId).look(asked)).toMatchObject({
      released: 1,
      forged: [idOf(ben)],
      ring: undefined,
    });
    await release(vaultId, eve);
    const progress = await ann.vaults.threshold(vaultId).look(asked);
    expect([isOpen(progress), progress.forged]).toEqual([true, [idOf(ben)]]);
  });

  it("counts a denial, and takes one answer of each while the opening lasts", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const [ann, ben, eve] = holders as [Someone, Someone, Someone];
    const asked = await ann.vaults.threshold(vaultId).ask("Payroll");
    const seen = await release(vaultId, ben, "denied");
    expect(await ann.vaults.threshold(vaultId).look(asked)).toMatchObject({ denied: [idOf(ben)], ring: undefined });
    await expect(ben.vaults.threshold(vaultId).answer(seen, "released")).rejects.toMatchObject(
      code("opening.answered"),
    );
    const late = at(await eve.vaults.threshold(vaultId).others(), 0);
    world.turn(15 * 60_000 + 1);
    expect(await eve.vaults.threshold(vaultId).others()).toEqual([]);
    await expect(eve.vaults.threshold(vaultId).answer(late, "released")).rejects.toMatchObject(
      code("opening.not_found"),
    );
    await expect(ann.vaults.threshold(vaultId).look(asked)).rejects.toMatchObject(code("opening.not_found"));
    expect(world.auditEvents()).toEqual(expect.arrayContaining(["vault.opening_asked", "vault.opening_answered"]));
  });

  it("closes by itself when the opening ends, and another session never had it open", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const { vaults } = await open(vaultId, at(holders, 0), [at(holders, 1)]);
    await (await vaults.open(vaultId)).save(world.newItem(), noteOf("Wi-Fi"));
    await expect(world.freshDevice(at(holders, 0)).open(vaultId)).rejects.toThrow(NeedsOpening);
    world.turn(15 * 60_000 + 1);
    await expect(vaults.open(vaultId)).rejects.toThrow(NeedsOpening);
  });

  it("goes on without a holder who left: another key, other shares, and the old ones open nothing new", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const [ann, ben, eve] = holders as [Someone, Someone, Someone];
    const { vaults } = await open(vaultId, ann, [ben]);
    const book = await vaults.open(vaultId);
    const item = await book.save(world.newItem(), noteOf("Wi-Fi"));
    await book.setQuorum({ threshold: 2, holders: [idOf(ann), idOf(ben)] });
    await book.reseal();
    expect(book.progress()).toEqual({ done: 1, of: 1, stuck: [] });
    expect(membersOf(book.head().chain).map(({ person }) => person)).toEqual([idOf(ann), idOf(ben)]);
    await expect(eve.api.getVault({ vaultId })).rejects.toMatchObject(code("vault.not_found"));
    world.turn(16 * 60_000);
    const again = await open(vaultId, ben, [ann]);
    expect(await (await again.vaults.open(vaultId)).read(item.id)).toMatchObject({ content: { type: "note" } });
  });

  it("cannot be set by who has it not open, by fewer than two, or for a vault of another kind", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const ann = at(holders, 0);
    const group = await ann.vaults.open(await ann.vaults.create("Finance"));
    await expect(group.setQuorum({ threshold: 2, holders: holders.map(idOf) })).rejects.toThrow(NeedsOpening);
    await expect(ann.vaults.createThreshold("Alone", { threshold: 1, holders: [idOf(ann)] })).rejects.toMatchObject(
      code("crypto.share"),
    );
    const { vaults } = await open(vaultId, ann, [at(holders, 1)]);
    const book = await vaults.open(vaultId);
    await expect(book.addMember(idOf(at(people, 3)), 3)).rejects.toMatchObject(code("crypto.context"));
  });

  it("is not released to a request that its asker did not sign, or that the platform changed", async () => {
    const { vaultId, holders } = await vaultOf(2, 3);
    const [ann, ben] = holders as [Someone, Someone];
    await ann.vaults.threshold(vaultId).ask("Payroll");
    const lying = (change: (request: Uint8Array) => void) => ({
      ...ben.api,
      listOpenings: async (input: { vaultId: Id<"vault"> }) => {
        const { items } = await ben.api.listOpenings(input);
        const [opening] = items;
        if (!opening) throw new Error("none");
        const bytes = decodeBase64url(opening.request);
        change(bytes);
        return { items: [{ ...opening, request: encodeBase64url(bytes) }] };
      },
    });
    for (const place of [20, 40, 70, 130, 500, 1300, 1340, 1400]) {
      const api = lying((bytes) => {
        bytes[place] = (bytes[place] ?? 0) ^ 1;
      });
      expect(await world.freshDevice(ben, { api }).threshold(vaultId).others()).toEqual([]);
    }
  });
});
