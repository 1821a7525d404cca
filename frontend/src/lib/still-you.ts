import { makeStore } from "./agent-session/view/store.ts";

/** Somebody is asked whether it is still them; `end` answers every call that waits for it. */
export interface Asked {
  readonly answer: Promise<boolean>;
  readonly end: (isConfirmed: boolean) => void;
}

/** One question for the whole page, which the frame shows as a dialog. */
export const stillYou = makeStore<Asked | undefined>(undefined);

/** Calls that were refused at the same time wait for one answer. False when the person left it. */
export function askIfStillYou(): Promise<boolean> {
  const asked = stillYou.get();
  if (asked) return asked.answer;
  const { promise: answer, resolve } = Promise.withResolvers<boolean>();
  const end = (isConfirmed: boolean) => {
    stillYou.change(() => undefined);
    resolve(isConfirmed);
  };
  stillYou.change(() => ({ answer, end }));
  return answer;
}

const CHANNEL = "ocmt.confirmed";

/** The link was opened in this tab, and another one waits for it. */
export function tellConfirmed(): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(null);
  channel.close();
}

/** Tells when another tab of this browser confirmed it. Its word is no proof: the service judges the call that follows. Returns how to stop. */
export function onConfirmed(tell: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = tell;
  return () => channel.close();
}
