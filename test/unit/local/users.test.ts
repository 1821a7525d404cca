import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { taskUsers } from "../../../local/task-runner/users.ts";

describe("the users of tasks", () => {
  it.runIf(process.getuid?.() === 0)("are given to one task each, also where another product has tasks", async () => {
    const mine = await taskUsers(["/bin/sleep"], "/tmp");
    const first = mine.take();
    const other = spawn("/bin/sleep", ["60"], { uid: first ?? 0, stdio: "ignore" });
    try {
      await once(other, "spawn");
      const theirs = await taskUsers(["/bin/sleep"], "/tmp");
      const [second, third] = [theirs.take(), theirs.take()];
      expect(new Set([first, second, third]).size).toBe(3);
      theirs.giveBack(second);
      expect(theirs.take()).toBe(second);
    } finally {
      other.kill("SIGKILL");
    }
  });
});
