import { memo } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import { harden } from "rehype-harden";
import remarkGfm from "remark-gfm";
import remend from "remend";
import { CodeBlock } from "./code-block.tsx";
import { OutsideLink } from "./outside-link.tsx";

/**
 * What an agent writes may have been dictated by a page it read. So nothing is loaded for it, raw HTML stays text, and a link says
 * where it leads before it is followed: an address is a way to carry a secret out.
 */
const HARDENED: Parameters<typeof harden>[0] = {
  allowedLinkPrefixes: ["*"], // which schemes and whether to go there: outside-link.tsx
  allowedImagePrefixes: [],
  linkBlockPolicy: "text-only",
  imageBlockPolicy: "text-only",
};

const components: Components = {
  a: ({ href, children }) => <OutsideLink href={href}>{children}</OutsideLink>,
  img: ({ alt }) => <span>{alt}</span>,
  pre: ({ children }) => <CodeBlock>{children}</CodeBlock>,
  code: ({ children }) => <code className="font-mono text-[13px] break-words">{children}</code>,
  p: ({ children }) => <p className="my-2 first:mt-0 last:mb-0">{children}</p>,
  ul: ({ children }) => <ul className="my-2 list-disc pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol className="my-2 list-decimal pl-6" start={start}>
      {children}
    </ol>
  ),
  li: ({ children }) => <li className="my-1">{children}</li>,
  blockquote: ({ children }) => (
    <blockquote className="my-2 border-l-2 border-line pl-3 text-quiet">{children}</blockquote>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <figure className="my-3 overflow-x-auto" tabIndex={0} aria-label="Table">
      <table className="border-collapse tabular-nums">{children}</table>
    </figure>
  ),
  th: ({ children }) => <th className="border border-line px-2 py-1 text-left font-medium">{children}</th>,
  td: ({ children }) => <td className="border border-line px-2 py-1 align-top">{children}</td>,
  h1: ({ children }) => <h3 className="mt-4 mb-2 text-base font-semibold first:mt-0">{children}</h3>,
  h2: ({ children }) => <h3 className="mt-4 mb-2 text-base font-semibold first:mt-0">{children}</h3>,
  h3: ({ children }) => <h4 className="mt-3 mb-1 font-semibold first:mt-0">{children}</h4>,
  h4: ({ children }) => <h5 className="mt-3 mb-1 font-medium first:mt-0">{children}</h5>,
  hr: () => <hr className="my-4 border-line" />,
};

const remarkPlugins = [remarkGfm];
const rehypePlugins = [[harden, HARDENED]] as [typeof harden, typeof HARDENED][];

/** Markdown, also while it is being written: what is half open is closed for the moment. */
export const Markdown = memo(function Markdown({ text, isPartial = false }: { text: string; isPartial?: boolean }) {
  return (
    <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={components}>
      {isPartial ? remend(text) : text}
    </ReactMarkdown>
  );
});
