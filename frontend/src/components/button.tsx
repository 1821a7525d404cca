import type { ComponentProps } from "react";

const LOOKS = {
  main: "bg-accent text-on-accent border-transparent",
  danger: "bg-panel text-bad border-bad",
  plain: "bg-panel text-ink border-line",
} as const;

export function Button({ look = "main", ...rest }: ComponentProps<"button"> & { look?: keyof typeof LOOKS }) {
  const shape =
    "inline-flex min-h-9 items-center justify-center gap-1.5 px-3 rounded-lg border font-medium cursor-pointer disabled:opacity-60 disabled:cursor-default";
  return <button type="button" className={`${shape} ${LOOKS[look]}`} {...rest} />;
}
