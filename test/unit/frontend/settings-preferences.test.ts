import { describe, expect, it } from "vitest";
import { parsePreferences } from "../../../frontend/src/lib/preferences.ts";

describe("what a browser remembers of the app's looks", () => {
  const FIRST = { theme: "system", shortcuts: true, lockMinutes: 15 };

  it("is the system's theme with shortcuts, until something else is chosen", () => {
    expect(parsePreferences(null)).toEqual(FIRST);
    expect(parsePreferences('{"theme":"dark","shortcuts":false}')).toEqual({
      ...FIRST,
      theme: "dark",
      shortcuts: false,
    });
  });

  it("is read as far as it makes sense when something else wrote it", () => {
    expect(parsePreferences("not json")).toEqual(FIRST);
    expect(parsePreferences("null")).toEqual(FIRST);
    expect(parsePreferences('{"theme":"pink","shortcuts":false,"lockMinutes":1}')).toEqual({
      ...FIRST,
      shortcuts: false,
    });
  });
});
