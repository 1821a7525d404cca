import { plain } from "./terminal.ts";

export interface Shown {
  readonly json: boolean;
}

/** One JSON document, or lines for a person; never both. */
export function show(value: unknown, lines: readonly string[], { json }: Shown): void {
  if (json) process.stdout.write(`${JSON.stringify(value)}\n`);
  else for (const line of lines) process.stdout.write(`${plain(line)}\n`);
}

/** Columns as wide as their widest cell, the last one as long as it is. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [head, ...rows].map((row) => row.map((cell) => plain(cell).replaceAll("\n", " ")));
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
