import { type ReactNode, useId } from "react";

/** One matter of a settings page: what it is, what it means, and its controls. */
export function Section({ title, says, children }: { title: string; says?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div>
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        {says && <p className="max-w-prose text-quiet">{says}</p>}
      </div>
      {children}
    </section>
  );
}
