import { Waiting } from "../../../components/waiting.tsx";
import type { ItemsView } from "../../../lib/vault/items/vault-items.ts";

const nothing = () => undefined;

/** Before the first page has come. What failed is said above. */
export function ListSkeleton({ view }: { view: ItemsView }) {
  if (view.is !== "reading") return null;
  return (
    <div className="px-4">
      <Waiting query={{ data: undefined, error: null, isFetching: true, refetch: nothing }} lines={6}>
        {nothing}
      </Waiting>
    </div>
  );
}
