import { join } from "node:path";
import type { Layout } from "./layout.ts";

/** The two ways of speaking to a model. Which one a conversation uses is a property of its session, so no model changes this file. */
export const MODEL_OF = {
  completions: "completions/model",
  messages: "messages/model",
  prime: "completions/prime", // answered by our own proxy, whatever the user chose
} as const;
export type SessionModel = keyof typeof MODEL_OF;
export type ModelApi = Exclude<SessionModel, "prime">;
export const PRIME_MODEL = "prime";

/** Names in the file of secrets, which is gone as soon as OpenClaw has read it. */
export interface CellSecrets {
  readonly gatewayToken: string;
  readonly proxyToken: string;
  readonly doorToken: string; // for the tools of the vault, which read it themselves
}

export interface Ports {
  readonly gateway: number;
  readonly proxy: number;
  readonly door: number;
}

const secret = (name: keyof CellSecrets) => ({ source: "file", provider: "cell", id: `/${name}` });

/** OpenClaw's whole configuration: nothing listens beyond loopback, nothing calls home, and no tool is there that we did not name. */
export function configOf({ state, secrets, gate, temporary }: Layout, { gateway, proxy, door }: Ports): object {
  const secretsPath = join(secrets.inside, "cell.json");
  return {
    gateway: {
      ...{ mode: "local", port: gateway, bind: "loopback", auth: { mode: "token", token: secret("gatewayToken") } },
      ...{ controlUi: { enabled: false }, terminal: { enabled: false }, tailscale: { mode: "off" } },
      reload: { mode: "off" }, // secrets are read once; a reload would look for them again
    },
    secrets: { providers: { cell: { source: "file", path: secretsPath, mode: "json" } } },
    discovery: { mdns: { mode: "off" } },
    update: { checkOnStart: false },
    telemetry: { enabled: false },
    browser: { enabled: false },
    cron: { enabled: false },
    commands: { restart: false },
    skills: { allowBundled: [] },
    logging: { file: join(temporary.inside, "gateway.log"), level: "warn" },
    models: {
      ...{ catalogRefresh: { enabled: false }, mode: "replace" },
      providers: {
        completions: provider("openai-completions", `http://127.0.0.1:${proxy}/v1`, ["model", PRIME_MODEL]),
        messages: provider("anthropic-messages", `http://127.0.0.1:${proxy}`, ["model"]),
      },
    },
    agents: {
      defaults: {
        ...{ model: { primary: MODEL_OF.completions }, workspace: join(state.inside, "workspace") },
        skipBootstrap: true,
        heartbeat: { every: "0m" }, // otherwise a model is asked, and paid, every half hour
      },
    },
    tools: toolPolicy(),
    plugins: {
      ...{ allow: ["ocmt-gate"], slots: { memory: "none" } },
      load: { paths: [gate.inside] },
      entries: { "ocmt-gate": { enabled: true, config: { door, secrets: secretsPath } } },
    },
  };
}

function provider(api: "openai-completions" | "anthropic-messages", baseUrl: string, ids: readonly string[]) {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = { reasoning: false, input: ["text"], cost, contextWindow: 128_000, maxTokens: 8_192 };
  return { baseUrl, api, apiKey: secret("proxyToken"), models: ids.map((id) => ({ ...model, id, name: id })) };
}

const toolPolicy = () => ({
  allow: ["group:fs", "ls", "group:runtime", "ask_user", "vault_list", "vault_request", "lent_list", "lent_request"],
  deny: [
    ...["gateway", "cron", "plugins", "openclaw", "secrets", "skill_workshop"],
    ...["nodes", "terminal", "sessions_spawn", "sessions_send"],
  ],
  exec: { mode: "full", host: "gateway" }, // every call is asked for by the gate plugin
  elevated: { enabled: false },
  fs: { workspaceOnly: true },
  toolSearch: false,
  loopDetection: { enabled: true },
  web: { search: { enabled: false }, fetch: { enabled: false } },
});

/** The environment of OpenClaw: written out, nothing inherited, nothing secret. What its tools start can read all of it. */
export function environmentOf({ home, state, config, temporary }: Layout, path: string): Record<string, string> {
  return {
    ...{ PATH: path, HOME: home.inside, TMPDIR: temporary.inside, LANG: "C.UTF-8", NODE_ENV: "production" },
    OPENCLAW_STATE_DIR: state.inside,
    OPENCLAW_CONFIG_PATH: join(config.inside, "openclaw.json"),
    ...{ OPENCLAW_CONFIG_READONLY: "1", OPENCLAW_DISABLE_BONJOUR: "1", OPENCLAW_NO_RESPAWN: "1" },
    ...{ OPENCLAW_EXEC_SHELL_SNAPSHOT: "0", OPENCLAW_SKIP_CHANNELS: "1", OPENCLAW_NO_AUTO_UPDATE: "1" },
    ...{ OPENCLAW_OFFLINE: "1", DO_NOT_TRACK: "1", CI: "1" },
  };
}

/** One line of that environment which no other cell's processes have. */
export const markOf = ({ state }: Layout): string => `OPENCLAW_STATE_DIR=${state.inside}`;
