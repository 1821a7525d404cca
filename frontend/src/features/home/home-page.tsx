import { Navigate, useRouter } from "@tanstack/react-router";
import { PageWaiting } from "../../components/page-waiting.tsx";
import { useChecklist, useMe } from "../../lib/use-me.ts";

/** Where one goes first: on with what is left of the beginning, else to the chat. */
export function HomePage() {
  const { me } = useMe();
  const router = useRouter();
  // the frame leads who has no organisation elsewhere; until it has, this page may still be drawn, and must not ask
  const checklist = useChecklist(me !== undefined);
  if (router.latestLocation.pathname !== "/home") return null; // who went on meanwhile is not led back
  if (!checklist.data) return <PageWaiting query={checklist} />;
  const { passphrase, recovery, agent } = checklist.data;
  return <Navigate to={passphrase && recovery && agent ? "/chat" : "/start"} replace />;
}
