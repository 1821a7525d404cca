import type { ReactNode } from "react";

/** One thing in the middle of the page: what it is, then what to do. */
export function Card({ title, mark, children }: { title: string; mark?: boolean; children: ReactNode }) {
  return (
    <main className="min-h-dvh flex items-center justify-center p-4">
      <section className="w-full max-w-md flex flex-col gap-4 p-6 rounded-lg border border-line bg-panel">
        <h1 className="flex items-center gap-2 text-xl font-semibold">
          {mark && <img src="/mark.svg" alt="" className="size-6" />}
          {title}
        </h1>
        {children}
      </section>
    </main>
  );
}
