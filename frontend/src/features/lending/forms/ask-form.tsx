import { useState } from "react";
import { ASKED_WORDS, PERIOD_WORDS } from "#shared/client/lending/words.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { PERIOD_NAMES, type Period } from "#shared/contracts/grants.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { METHODS, type Method, type Tier } from "#shared/crypto/grants/terms.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Choose, LongText, Ticks } from "../../../components/fields/choices.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { readSites, SitesField } from "../../../components/lending/sites-field.tsx";
import { useLendingChange } from "../../../lib/lending/use-lendings.ts";
import { useMe } from "../../../lib/use-me.ts";
import { Refusal } from "./refusal.tsx";
import { TierChoice } from "./tier-choice.tsx";

interface AskFormProps {
  readonly agents: readonly Agent[];
  readonly members: readonly Member[];
  readonly onDone: () => void;
}

/** What for, why, and how much of it at most. All of it is sealed to the one who is asked. */
export function AskForm({ agents, members, onDone }: AskFormProps) {
  const { me } = useMe();
  const others = members.filter(({ userId }) => userId !== me?.userId);
  const change = useLendingChange();
  const [issuer, setIssuer] = useState<Id<"user"> | undefined>(others[0]?.userId);
  const [agentId, setAgent] = useState(agents[0]?.id);
  const [what, setWhat] = useState("");
  const [reason, setReason] = useState("");
  const [sites, setSites] = useState("");
  const [methods, setMethods] = useState<readonly Method[]>(["GET"]);
  const [period, setPeriod] = useState<Period>("day");
  const [uses, setUses] = useState("10");
  const [tier, setTier] = useState<Tier>("live");
  const agent = agents.find(({ id }) => id === agentId);
  if (!issuer || !agent) return <p>There is nobody else in your organisation yet.</p>;
  const wish = { what, reason, sites: readSites(sites), methods: [...methods], period, maxUses: Number(uses), tier };
  const ask = () =>
    change.mutate((to) => to.ask(issuer, { id: agent.id, name: agent.name }, wish), { onSuccess: onDone });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <Choose
        {...{ label: "Whom", value: issuer, onChoose: setIssuer }}
        options={others.map(({ userId, email }) => ({ value: userId, text: email }))}
      />
      {agents.length > 1 && (
        <Choose
          {...{ label: "For which agent", value: agent.id, onChoose: setAgent }}
          options={agents.map(({ id, name }) => ({ value: id, text: name }))}
        />
      )}
      <TierChoice {...{ legend: "How", words: ASKED_WORDS, chosen: tier, onChoose: setTier }} />
      <Field label="What you ask for" required maxLength={120} value={what} onChange={(e) => setWhat(e.target.value)} />
      <LongText label="Why" rows={2} required maxLength={1000} value={reason} onChange={setReason} />
      <SitesField label="Sites that requests would go to" value={sites} onChange={setSites} />
      <Ticks {...{ legend: "Kinds of request", all: METHODS, ticked: methods, onTick: setMethods }} />
      <div className="grid grid-cols-2 gap-3">
        <Choose
          {...{ label: "For how long", value: period, onChoose: setPeriod }}
          options={PERIOD_NAMES.map((name) => ({ value: name, text: PERIOD_WORDS[name] }))}
        />
        <Field
          label="Times at most"
          type="number"
          min={1}
          max={10_000}
          required
          value={uses}
          onChange={(e) => setUses(e.target.value)}
        />
      </div>
      <Refusal error={change.error} />
      <Button type="submit" disabled={change.isPending}>
        Ask
      </Button>
    </form>
  );
}
