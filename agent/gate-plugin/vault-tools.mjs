import { readFileSync } from "node:fs";

/**
 * Tools for what the owner has granted of their vault, and for what other people lend. None is ever given a value: references go in, and the
 * supervisor, which holds the values or asks the agent that does, sends the request that the owner has approved.
 */
let token; // the file is gone as soon as OpenClaw is up; when it is loaded once more, this is what was read first

function readToken(path) {
  try {
    token = JSON.parse(readFileSync(path, "utf8")).doorToken ?? token;
  } catch {
    // gone already
  }
}

const text = (value) => ({
  content: [{ type: "text", text: typeof value === "string" ? value : JSON.stringify(value) }],
});

async function askDoor(port, path, body) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

const LIST = {
  name: "vault_list",
  description:
    "Lists the credentials the owner has granted you: their names, the references that stand for their fields, and the sites they may be sent to. You never see a value.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
};

const REQUEST = {
  name: "vault_request",
  description:
    "Sends one HTTP request that uses granted credentials. Name a reference of vault_list, such as github/key, under `use` to have its value sent in a header; in the address or the body write {{vault:github/key}} where it belongs. The value is put in outside of your reach, after the owner has approved the request. It goes only to sites that vault_list names, and redirects are not followed.",
  parameters: {
    type: "object",
    additionalProperties: false,
    required: ["url"],
    properties: {
      method: { type: "string", enum: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] },
      url: { type: "string" },
      headers: { type: "object", additionalProperties: { type: "string" } },
      use: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["header", "reference"],
          properties: {
            header: { type: "string", description: "Such as authorization or x-api-key." },
            reference: { type: "string", description: "Such as github/key." },
            scheme: { type: "string", description: "What stands before the value, such as Bearer." },
          },
        },
      },
      body: { type: "string" },
      basicAuth: { type: "string", description: "The name of a login, to be sent as HTTP basic authentication." },
    },
  },
};

const LENT_LIST = {
  name: "lent_list",
  description:
    "Lists what other people let you use: what it is, who sends the requests (the other agent, or you, where it was handed over), the references that stand for its fields, the sites and methods it is good for, how often and until when. You never see a value.",
  parameters: { type: "object", additionalProperties: false, properties: {} },
};

const LENT_REQUEST = {
  name: "lent_request",
  description:
    "Has one HTTP request sent with what another person lets you use: by their agent for you, or from here where it was handed over. Write it as for vault_request, with the references of lent_list, and say which of lent_list it is under `lent`. Your owner approves each one; it is checked against what was given, counted and sent, and you are told the answer.",
  parameters: {
    ...REQUEST.parameters,
    required: ["lent", "url"],
    properties: { lent: { type: "string", description: "The name in lent_list." }, ...REQUEST.parameters.properties },
  },
};

/** Registers the tools. What it gives back tells the supervisor what a call is; where that fails, the call may end up denied, not unseen. */
export function openDoor(api) {
  const { door, secrets } = api.pluginConfig ?? {};
  if (door === undefined) return async () => undefined;
  readToken(secrets);
  api.registerTool({ ...LIST, execute: async () => text(await askDoor(door, "/items")) });
  api.registerTool({
    ...REQUEST,
    execute: async (toolCallId) => text(await askDoor(door, "/request", { toolCallId })),
  });
  api.registerTool({ ...LENT_LIST, execute: async () => text(await askDoor(door, "/lent")) });
  api.registerTool({
    ...LENT_REQUEST,
    execute: async (toolCallId) => text(await askDoor(door, "/lent", { toolCallId })),
  });
  return (toolCallId, whole) => askDoor(door, "/call", { toolCallId, text: whole }).catch(() => undefined);
}
