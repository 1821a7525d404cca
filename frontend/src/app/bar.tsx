import { Link } from "@tanstack/react-router";
import { PLACES } from "./places.ts";

/** The rail of a phone: at the thumb. */
export function Bar() {
  return (
    <nav
      aria-label="Places"
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-panel pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {PLACES.map(({ to, name, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="flex min-h-14 flex-1 flex-col items-center justify-center gap-1 text-[13px] text-quiet aria-[current=page]:font-medium aria-[current=page]:text-accent"
        >
          <Icon size={18} aria-hidden />
          {name}
        </Link>
      ))}
    </nav>
  );
}
