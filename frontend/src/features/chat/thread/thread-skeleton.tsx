const WIDTHS = ["w-2/5 self-end", "w-4/5", "w-3/5", "w-1/3 self-end", "w-3/4"];

/** The shape of a conversation, after a moment in which most have come already. */
export function ThreadSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading the conversation"
      className="flex flex-col gap-4 py-6 motion-safe:animate-pulse"
    >
      {WIDTHS.map((width) => (
        <div key={width} className={`h-8 rounded-lg bg-line ${width}`} />
      ))}
    </div>
  );
}
