import { describe, expect, it } from "vitest";
import { titleOf } from "../../../frontend/src/app/titles.ts";

describe("the title of a page", () => {
  it("says where one is, first", () => {
    expect(titleOf("/people")).toBe("People · OCMT");
    expect(titleOf("/settings/api-keys")).toBe("Settings · OCMT");
    expect(titleOf("/agents")).toBe("Agents · OCMT");
  });

  it("says nothing of which agent or conversation it is: the browser keeps titles in the clear", () => {
    expect(titleOf("/chat/agt_01JABC/cnv_01JABC")).toBe("Chat · OCMT");
    expect(titleOf("/agents/agt_01JABC")).toBe("Agent · OCMT");
  });

  it("is the product's name where there is no such page", () => {
    expect(titleOf("/chatter")).toBe("OCMT");
    expect(titleOf("/nowhere")).toBe("OCMT");
  });
});
