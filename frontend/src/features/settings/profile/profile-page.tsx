import { CopyId } from "../../../components/copy-id.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { Section } from "../section.tsx";
import { Appearance } from "./appearance.tsx";

export function ProfilePage() {
  const query = useMe();
  return (
    <div className="flex flex-col gap-8">
      <Section title="Profile">
        <Waiting query={query} lines={2}>
          {({ user, memberships }) => (
            <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
              <dt className="text-quiet">E-mail</dt>
              <dd className="break-all">{user.email}</dd>
              <dt className="text-quiet">Your id</dt>
              <dd className="min-w-0">
                <CopyId id={user.id} />
              </dd>
              <dt className="text-quiet">Organisations</dt>
              <dd>
                <ul>
                  {memberships.map(({ tenantId, name, role }) => (
                    <li key={tenantId} className="break-words">
                      {name}, {role}
                    </li>
                  ))}
                </ul>
              </dd>
            </dl>
          )}
        </Waiting>
      </Section>
      <Appearance />
    </div>
  );
}
