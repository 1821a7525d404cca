/** The shape of the list, before it is there. */
export function AgentsSkeleton() {
  return (
    <div
      role="status"
      aria-label="Loading your agents"
      className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-4 motion-safe:animate-pulse"
    >
      <div className="h-5 w-1/3 rounded bg-line" />
      <div className="h-5 w-2/3 rounded bg-line" />
    </div>
  );
}
