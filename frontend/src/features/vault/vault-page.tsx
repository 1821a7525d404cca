import { useNavigate, useParams } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { ALL_RIGHTS, may } from "#shared/crypto/vault/rights.ts";
import { idOf } from "#shared/ids.ts";
import { Button } from "../../components/button.tsx";
import { useRenewedShares } from "../../lib/shares/use-shares.ts";
import { useVaultItems } from "../../lib/vault/items/use-vault-items.ts";
import { ItemPanel } from "./item/item-panel.tsx";
import { Received } from "./item-shares/received.tsx";
import { ItemBrowser } from "./list/item-browser.tsx";
import { GroupBar } from "./share/group-bar.tsx";
import { Offers } from "./share/offers.tsx";
import { Spoiled } from "./share/spoiled.tsx";
import { VaultSwitch } from "./share/vault-switch.tsx";
import { OpeningPanel } from "./threshold/opening-panel.tsx";
import { VaultNews } from "./vault-news.tsx";
import { VaultSeal } from "./vault-seal.tsx";

/** What one keeps, and who else can open it. In a wide window the list and one item; on a phone one of them. */
export function VaultPage() {
  const { vaultId, itemId } = useParams({ strict: false });
  const which = idOf("vault").safeParse(vaultId).data ?? "own";
  const { items, view } = useVaultItems(which);
  const navigate = useNavigate();
  useRenewedShares(items, view);
  if (!items) return null;
  const goToVault = (to: string | undefined) =>
    void (to ? navigate({ to: "/vault/in/$vaultId", params: { vaultId: to } }) : navigate({ to: "/vault" }));
  const replace = itemId === "new" || itemId?.startsWith("new-") === true; // nobody goes back to a form that was saved
  const go = (to: string | undefined) => {
    if (which === "own" && to) void navigate({ to: "/vault/$itemId", params: { itemId: to }, replace });
    else if (which === "own") goToVault(undefined);
    else if (to) void navigate({ to: "/vault/in/$vaultId/$itemId", params: { vaultId: which, itemId: to }, replace });
    else goToVault(which);
  };
  const isShown = view.is !== "refused" && view.is !== "gone" && view.is !== "closed";
  const isOpen = itemId !== undefined && isShown;
  const isKnown = which === "own" || view.head !== undefined;
  const rights = view.head?.rights ?? (which === "own" ? ALL_RIGHTS : 0);
  return (
    <div className="flex min-h-0 flex-1">
      <section
        aria-labelledby="vault"
        className={`min-h-0 w-full flex-col border-line lg:flex lg:w-96 lg:shrink-0 lg:border-r ${isOpen ? "hidden" : "flex"}`}
      >
        <header className="flex flex-wrap items-center justify-between gap-2 px-4 pt-4 pb-2">
          <div className="flex items-center gap-2">
            <h1 id="vault" className="text-xl font-semibold">
              Vault
            </h1>
            <VaultSeal view={view} isOwn={which === "own"} />
          </div>
          {may(rights, "write") && (
            <Button disabled={view.is === "refused"} onClick={() => go("new")}>
              <Plus size={16} aria-hidden /> New item
            </Button>
          )}
        </header>
        <VaultSwitch current={which === "own" ? undefined : which} onGo={goToVault} />
        <Offers onGo={goToVault} />
        {which === "own" && <Received />}
        <GroupBar items={items} view={view} onGone={() => goToVault(undefined)} />
        <Spoiled view={view} />
        <VaultNews view={view} onAgain={() => void items.refresh()} />
        {view.is === "closed" && which !== "own" && <OpeningPanel key={which} vaultId={which} items={items} />}
        {isShown && <ItemBrowser key={which} {...{ items, view, rights }} current={itemId} onGo={go} />}
      </section>
      {isOpen && isKnown ? (
        <ItemPanel key={itemId} {...{ items, view, itemId, rights }} onGo={go} />
      ) : (
        <p className="hidden flex-1 items-center justify-center text-quiet lg:flex">
          {view.items.length > 0 && "Choose an item, or search for one."}
        </p>
      )}
    </div>
  );
}
