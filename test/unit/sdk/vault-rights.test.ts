import { describe, expect, it } from "vitest";
import { readAllowing } from "#sdk/cli/commands/vault/rights.ts";
import { sayAllowed, turn } from "#shared/client/vault/keys/levels.ts";
import { isSound, isWithin, namesOfRights, RIGHT_NAMES, rightsOf } from "#shared/crypto/vault/rights.ts";

describe("what `ocmt vault share` lets somebody do", () => {
  it("is one of the usual sets, or exactly the rights that are named, in whichever order", () => {
    expect(sayAllowed(readAllowing({ as: "edit" }))).toBe("Edits");
    expect(sayAllowed(readAllowing({ rights: "share, read,list" }))).toBe("list, read, share");
    expect(sayAllowed(readAllowing({ rights: "list,read" }))).toBe("Reads");
  });

  it.each([
    ["neither", {}, "either --as or --rights"],
    ["both", { as: "read", rights: "list" }, "either --as or --rights"],
    ["a level that there is not", { as: "own" }, "No such level: own. There are list, read, edit, manage."],
    ["a right that there is not", { rights: "list,own" }, "No such right: own. There are list, read, write"],
    ["no right", { rights: "" }, "No such right"],
    ["rights without what they rest on", { rights: "list,delete" }, "With them it is --rights list,read,write,delete"],
    ["one who may not even list", { rights: "read" }, "--rights list,read"],
  ])("is refused for %s, with what to say", (_, allowing, says) => {
    expect(() => readAllowing(allowing)).toThrow(says);
  });
});

describe("a right that is ticked one by one", () => {
  it("brings along what it rests on, and takes along what rests on it; what is left goes together", () => {
    const only = rightsOf(["list"]);
    expect(namesOfRights(turn(only, "delete", true))).toEqual(["list", "read", "write", "delete"]);
    expect(namesOfRights(turn(only, "admin", true))).toEqual(["list", "read", "share", "admin"]);
    expect(namesOfRights(turn(63, "write", false))).toEqual(["list", "read", "share", "admin"]);
    expect(namesOfRights(turn(63, "read", false))).toEqual(["list"]);
    const sound = Array.from({ length: 64 }, (_, rights) => rights).filter(isSound);
    expect(sound).toHaveLength(10);
    for (const rights of sound)
      for (const right of RIGHT_NAMES.filter((name) => name !== "list")) {
        const [more, less] = [turn(rights, right, true), turn(rights, right, false)];
        expect([isSound(more), isSound(less)]).toEqual([true, true]);
        expect([isWithin(rights, more), isWithin(less, rights)]).toEqual([true, true]);
      }
  });
});
