import { type ComponentProps, useId } from "react";

export function Field({ label, ...rest }: ComponentProps<"input"> & { label: string }) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <input id={id} className="min-h-9 px-3 rounded-lg border border-quiet bg-panel" {...rest} />
    </div>
  );
}
