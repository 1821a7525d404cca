import type { ComponentProps } from "react";

const LOOKS = {
  main: "bg-accent text-on-accent border-transparent",
  plain: "bg-panel text-ink border-line",
} as const;

export function Button({ look = "main", ...rest }: ComponentProps<"button"> & { look?: keyof typeof LOOKS }) {
  const shape = "min-h-9 px-3 rounded-lg border font-medium cursor-pointer disabled:opacity-60 disabled:cursor-default";
  return <button type="button" className={`${shape} ${LOOKS[look]}`} {...rest} />;
}
