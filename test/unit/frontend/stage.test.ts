import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findLocal } from "../../../frontend/src/lib/stage.ts";

const LOCAL = { stage: "local", mailboxUrl: "/mailbox" };
const answer = (body: unknown) => vi.stubGlobal("fetch", async () => new Response(JSON.stringify(body)));

beforeEach(() => answer(LOCAL));
afterEach(() => vi.unstubAllGlobals());

it.each(["127.0.0.1", "localhost"])(
  "a product is local where it says so and is served by this machine as %s",
  async (hostname) => {
    vi.stubGlobal("location", { hostname });
    expect(await findLocal()).toEqual(LOCAL);
    answer({ stage: "deployed" });
    expect(await findLocal()).toBeNull();
  },
);

it.each(["app.ocmt.example", "localhost.ocmt.example"])(
  "a platform at %s is not believed that it is this machine",
  async (hostname) => {
    vi.stubGlobal("location", { hostname });
    expect(await findLocal()).toBeNull();
  },
);
