import { describe, expect, it } from "vitest";
import { safeFileName } from "#shared/client/vault/files/safe-name.ts";

describe("the name under which a file is saved", () => {
  it.each([
    ["Lease 2030.pdf", "Lease 2030.pdf"],
    ["../../.ssh/authorized_keys", "_.._.ssh_authorized_keys"],
    ["C:\\Windows\\system.ini", "C__Windows_system.ini"],
    [".bashrc", "bashrc"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
    ["a\u0000b\nc\u2028d.txt", "abcd.txt"],
    ["con.txt", "_con.txt"],
    ["-rf", "rf"],
    ["report.pdf. . ", "report.pdf"],
    ["…", "…"],
    ["\u200b", "file"],
    ["...", "file"],
    [`${"long ".repeat(60)}.tar.gz`, `${"long ".repeat(60).slice(0, 117)}.gz`],
    ["e\u0301tat.pdf", "état.pdf"],
  ])("of %j is %j", (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
});
