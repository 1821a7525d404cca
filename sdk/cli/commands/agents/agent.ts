import type { Command } from "commander";
import { describeState } from "#shared/client/agents/describe-agent.ts";
import { idOf, newId } from "#shared/ids.ts";
import { openSignedIn, openUnlocked, optionsOf } from "../../context.ts";
import { UsageError } from "../../failure.ts";
import { show, tableOf } from "../../output.ts";
import { isTerminal, listenToLines, note, readAllInput } from "../../terminal.ts";
import { addAgentItemCommands } from "./agent-items.ts";
import { listAgents, pickAgent } from "./pick-agent.ts";
import { openTalk } from "./talk.ts";

export function addAgentCommands(program: Command): void {
  const agent = program.command("agent").description("your agents");
  agent
    .command("ls")
    .description("list them")
    .action(async (_: object, command: Command) => {
      const options = optionsOf(command);
      const items = await listAgents(await openSignedIn(options));
      const rows = items.map((one) => [one.name, describeState(one).words, one.id]);
      show(
        items.map((one) => ({ id: one.id, name: one.name, state: one.state, status: describeState(one).words })),
        tableOf(["NAME", "STATE", "ID"], rows),
        options,
      );
    });
  for (const [verb, others, says] of [
    ["wake", [], "wake it from its sealed state"],
    ["stop", ["sleep"], "put it to sleep: its state is sealed and kept, its task ends"],
  ] as const) {
    agent
      .command(`${verb} <agent>`)
      .aliases([...others])
      .description(says)
      .action(async (wanted: string, _: object, command: Command) => {
        const options = optionsOf(command);
        const ocmt = await openSignedIn(options);
        const { id: agentId, name } = await pickAgent(ocmt, wanted);
        const told = await ocmt.api.agents[verb]({ agentId });
        const status = describeState(told).words;
        show({ id: agentId, state: told.state, status }, [`${name}: ${status}.`], options);
      });
  }
  agent
    .command("chat <agent> [message]")
    .description("talk with one, end to end encrypted; without a message, line by line or what is piped in")
    .option("--conversation <id>", "go on with this one")
    .action(chat);
  addAgentItemCommands(agent);
}

async function chat(
  wanted: string,
  message: string | undefined,
  { conversation }: { conversation?: string },
  command: Command,
): Promise<void> {
  const options = optionsOf(command);
  const ocmt = await openSignedIn(options);
  const { id: agentId, name } = await pickAgent(ocmt, wanted);
  const conversationId = conversation ? readConversation(conversation) : newId("conversation", new Date());
  const talk = openTalk(await openUnlocked(ocmt), agentId, { conversationId, isQuiet: options.json });
  try {
    const text = message ?? (isTerminal() ? undefined : (await readAllInput()).trim());
    if (text === undefined) {
      note(`You are talking with ${name}. Ctrl-D ends it. Conversation ${conversationId}`);
      for await (const line of listenToLines()) if (line.trim()) await talk.say(line);
      return;
    }
    if (text === "") throw new UsageError("There is nothing to say.");
    const entry = await talk.say(text);
    if (options.json) show({ conversationId, state: entry.state, text: entry.text }, [], options);
    if (entry.state !== "final") process.exitCode = 1;
  } finally {
    talk.close();
  }
}

const readConversation = (text: string) => {
  const id = idOf("conversation").safeParse(text);
  if (!id.success) throw new UsageError("That is no conversation id.");
  return id.data;
};
