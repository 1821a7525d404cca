import { type ReactNode, useState } from "react";
import { Dialog } from "../../../components/dialog.tsx";

const SCHEMES = ["https:", "http:", "mailto:"];

/** The address, if it leads to the web or to a mail program, and nowhere inside this app. */
function readOutsideAddress(href: string | undefined): URL | undefined {
  const url = href && URL.canParse(href) ? new URL(href) : undefined;
  return url && SCHEMES.includes(url.protocol) ? url : undefined;
}

/** A way out of the app. Its host is always in sight, whatever its text claims; the whole address shows before it is followed. */
export function OutsideLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const [isAsking, setAsking] = useState(false);
  const url = readOutsideAddress(href);
  if (!url) return <span>{children}</span>;
  const place = url.host || url.pathname;
  return (
    <>
      <button
        type="button"
        className="inline cursor-pointer text-left break-words text-accent underline underline-offset-2"
        onClick={() => setAsking(true)}
      >
        {children}
        {String(children) !== place && <span className="ml-1 font-mono text-[13px] text-quiet">({place})</span>}
      </button>
      <Dialog open={isAsking} title={`Leave for ${place}?`} onClose={() => setAsking(false)}>
        <p>Your agent wrote this address. Whatever stands in it is told to that place when you open it.</p>
        <p className="max-h-60 overflow-auto rounded-lg border border-line bg-page p-3 font-mono text-[13px] break-all">
          {url.href}
        </p>
        <a
          href={url.href}
          target="_blank"
          rel="noopener noreferrer nofollow"
          className="inline-flex min-h-9 w-fit items-center rounded-lg border border-transparent bg-accent px-3 font-medium text-on-accent"
          onClick={() => setAsking(false)}
        >
          Open in a new tab
        </a>
      </Dialog>
    </>
  );
}
