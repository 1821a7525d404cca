import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { IN_BAR, PLACES } from "../places.ts";

const More = lazy(async () => ({ default: (await import("./more.tsx")).More }));

const ENTRY =
  "flex min-h-14 min-w-0 flex-1 cursor-pointer flex-col items-center justify-center gap-1 text-[13px] text-quiet aria-[current=page]:font-medium aria-[current=page]:text-accent";

/** The rail of a phone: at the thumb. */
export function Bar() {
  const [isOpen, setOpen] = useState<boolean>();
  return (
    <>
      <nav
        aria-label="Places"
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] lg:hidden"
      >
        {PLACES.slice(0, IN_BAR).map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} className={ENTRY}>
            <Icon size={18} aria-hidden />
            {name}
          </Link>
        ))}
        <button type="button" aria-haspopup="dialog" className={ENTRY} onClick={() => setOpen(true)}>
          <Ellipsis size={18} aria-hidden />
          More
        </button>
      </nav>
      {isOpen !== undefined && (
        <Suspense>
          <More isOpen={isOpen} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
