import { ApiError } from "#shared/client/api-client.ts";
import { CopyId } from "./copy-id.tsx";

/** What happened, what to do, and the id an operator can find it by. */
export function Problem({ error }: { error: unknown }) {
  const known = error instanceof ApiError ? error : undefined;
  return (
    <div role="alert" className="flex flex-col gap-1 p-3 rounded-lg border border-bad">
      <p className="font-medium text-bad">{known?.message ?? "Something went wrong on this page."}</p>
      <p>{known?.problem?.fix ?? "Check your connection, then try again. What you typed is kept."}</p>
      {known?.problem && (
        <p className="text-quiet">
          <CopyId id={known.problem.request_id} />
        </p>
      )}
    </div>
  );
}
