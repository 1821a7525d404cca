import { describe, expect, it } from "vitest";
import { askIfStillYou, onConfirmed, stillYou, tellConfirmed } from "../../../frontend/src/lib/still-you.ts";

describe("whether it is still the same person", () => {
  it("is asked once of all calls that wait, and again for what comes after", async () => {
    const first = [askIfStillYou(), askIfStillYou()];
    const asked = stillYou.get();
    asked?.end(true);
    expect(await Promise.all(first)).toEqual([true, true]);
    expect(stillYou.get()).toBeUndefined();
    const second = askIfStillYou();
    expect(stillYou.get()).not.toBe(asked);
    stillYou.get()?.end(false);
    expect(await second).toBe(false);
  });

  it("is heard from another tab until nobody listens any more", async () => {
    const heard = Promise.withResolvers<void>();
    let times = 0;
    const stop = onConfirmed(() => {
      times += 1;
      heard.resolve();
    });
    tellConfirmed();
    await heard.promise;
    stop();
    tellConfirmed();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(times).toBe(1);
  });
});
