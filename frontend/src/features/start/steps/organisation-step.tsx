import { useMutation, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { Slug } from "#shared/contracts/tenants.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { identity, session, tenants } from "../../../lib/api.ts";
import { slugFrom } from "../slug.ts";

/** A name and a short name, which is looked up while it is typed. */
export function OrganisationStep() {
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string>();
  const slug = typed ?? slugFrom(name);
  const found = useFound();
  const free = useIsFree(useDeferredValue(slug));
  const isUsable = Slug.safeParse(slug).success && free.data?.available !== false;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        found.mutate({ name: name.trim(), slug });
      }}
    >
      <p className="max-w-prose text-quiet">
        Were you invited to one? Then open the link in the invite's mail instead.
      </p>
      <Field
        label="Name"
        required
        maxLength={80}
        autoComplete="organization"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Short name"
        required
        maxLength={40}
        spellCheck={false}
        autoCapitalize="none"
        value={slug}
        onChange={(event) => setTyped(event.target.value.toLowerCase())}
      />
      <p role="status" className="text-quiet">
        <Verdict slug={slug} answer={free.data} />
      </p>
      {found.error && <Problem error={found.error} />}
      <div>
        <Button type="submit" disabled={found.isPending || name.trim() === "" || !isUsable}>
          Create organisation
        </Button>
      </div>
    </form>
  );
}

type Answer = Awaited<ReturnType<typeof tenants.checkSlug>>;

function Verdict({ slug, answer }: { slug: string; answer: Answer | undefined }) {
  if (slug === "") return "Letters, digits and dashes; it stands in addresses.";
  if (!Slug.safeParse(slug).success) return "3 to 40 letters, digits and dashes, starting with a letter.";
  if (!answer) return "Looking whether it is free.";
  if (answer.available) return <span className="text-good">{slug} is free.</span>;
  return <span className="text-bad">{slug} is taken. Try another one.</span>;
}

const useIsFree = (slug: string) =>
  useQuery({
    queryKey: ["slug", slug],
    queryFn: () => tenants.checkSlug({ slug }),
    enabled: Slug.safeParse(slug).success,
    staleTime: 10_000,
  });

/** Another organisation has another keyring and other people: the page begins anew, with nothing in memory of the one that is left. */
const useFound = () =>
  useMutation({
    mutationFn: async (input: { name: string; slug: string }) => {
      const { id: tenantId } = await tenants.create(input);
      session.keep(await identity.switchTenant({ tenantId }));
    },
    onSuccess: () => location.replace("/start"),
  });
