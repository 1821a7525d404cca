import type { ReactNode } from "react";

const SCHEMES = ["https:", "http:", "mailto:"];

/** The address, if it leads to the web or to a mail program, and nowhere inside this app. */
function readOutsideAddress(href: string | undefined): URL | undefined {
  const url = href && URL.canParse(href) ? new URL(href) : undefined;
  return url && SCHEMES.includes(url.protocol) ? url : undefined;
}

/** A link out of the app. Its host is always in sight, whatever its text claims; the whole address shows before it is followed. */
export function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const url = readOutsideAddress(href);
  if (!url) return <span>{children}</span>;
  const place = url.host || url.pathname;
  return (
    <a
      href={url.href}
      title={url.href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2 break-words"
    >
      {children}
      {String(children) !== place && (
        <span className="ml-1 font-mono text-[13px] text-quiet no-underline">({place})</span>
      )}
    </a>
  );
}
