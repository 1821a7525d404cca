import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { Problem } from "../../components/problem.tsx";
import { agents } from "../../lib/api.ts";

/** Where one goes first: on with what is left of the beginning, else to the chat. */
export function HomePage() {
  const checklist = useQuery({ queryKey: ["checklist"], queryFn: () => agents.checklist({}) });
  if (checklist.error) return <Problem error={checklist.error} />;
  if (!checklist.data) return null;
  const { passphrase, recovery, agent } = checklist.data;
  return <Navigate to={passphrase && recovery && agent ? "/chat" : "/start"} replace />;
}
