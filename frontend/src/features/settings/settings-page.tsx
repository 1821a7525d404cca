import { Link, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { DevicesPage } from "./devices/devices-page.tsx";
import { KeysPage } from "./keys/keys-page.tsx";
import { OrganisationPage } from "./organisation/organisation-page.tsx";
import { ProfilePage } from "./profile/profile-page.tsx";
import { RecoveryPage } from "./recovery/recovery-page.tsx";
import { SecurityPage } from "./security/security-page.tsx";

const PAGES: readonly { readonly at: string; readonly name: string; readonly Page: ComponentType }[] = [
  { at: "profile", name: "Profile", Page: ProfilePage },
  { at: "security", name: "Security", Page: SecurityPage },
  { at: "recovery", name: "Recovery", Page: RecoveryPage },
  { at: "devices", name: "Devices", Page: DevicesPage },
  { at: "api-keys", name: "API keys", Page: KeysPage },
  { at: "organisation", name: "Organisation", Page: OrganisationPage },
];

/** One matter at a time, its name in the address; without one, the first. */
export function SettingsPage() {
  const { section } = useParams({ strict: false });
  const current = PAGES.find(({ at }) => at === section) ?? PAGES[0];
  if (!current) return null;
  const { Page } = current;
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-6 p-4 sm:p-6">
      <h1 className="text-xl font-semibold">Settings</h1>
      <div className="flex flex-col gap-6 md:flex-row md:gap-10">
        <nav aria-label="Settings" className="md:w-44 md:shrink-0">
          <ul className="flex flex-wrap gap-1 md:flex-col">
            {PAGES.map(({ at, name }) => (
              <li key={at}>
                <Link
                  to="/settings/$section"
                  params={{ section: at }}
                  aria-current={at === current.at ? "page" : undefined}
                  className="inline-flex min-h-9 w-full items-center rounded-lg border border-transparent px-3 text-quiet hover:text-ink aria-[current=page]:border-line aria-[current=page]:bg-panel aria-[current=page]:font-medium aria-[current=page]:text-ink"
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0 flex-1">
          <Page />
        </div>
      </div>
    </div>
  );
}
