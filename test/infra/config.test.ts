import { App, Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import { synthesise } from "#test/support/cdk.ts";
import { agentImage } from "../../lib/agents/image.ts";
import { readConfig } from "../../lib/config.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const read = (context: Record<string, string>) =>
  readConfig((key) => ({ stage: "prod", origin: "https://ocmt.example.com", ...context })[key]);

describe("what an operator says on the command line", () => {
  it("K04 is refused for prod without a base of the agent's image that is named by digest, and the refusal says how", () => {
    expect(() => read({})).toThrow(/"nodeImage"[\s\S]*-c nodeImage=node@sha256:/);
    expect(() => read({ nodeImage: "node:26-slim" })).toThrow(/"nodeImage"/);
    expect(() => read({ nodeImage: `node:26-slim@${DIGEST.slice(0, -1)}` })).toThrow(/"nodeImage"/);
    expect(read({ nodeImage: `docker.io/library/node:26-slim@${DIGEST}` }).nodeImage).toContain(DIGEST);
  });

  it("may leave the base out for dev, which is synthesised without building", () => {
    expect(read({ stage: "dev" }).nodeImage).toBeUndefined();
    expect(() => read({ stage: "dev", nodeImage: "node:26-slim" })).toThrow(/"nodeImage"/);
  });

  it("K04 gives the image another name where its base is another", () => {
    const nameOn = (nodeImage: string) => agentImage(new Stack(new App()), read({ nodeImage })).digest;
    const named = nameOn(`node@${DIGEST}`);
    expect(nameOn(`node@${DIGEST}`)).toBe(named);
    expect(nameOn(`node@sha256:${"b".repeat(64)}`)).not.toBe(named);
  });
});

describe("the wait before a recovery by contacts, as deployed", () => {
  it.each([
    ["local", 20],
    ["dev", 48 * 3600],
    ["prod", 48 * 3600],
  ] as const)("is in stage %s %i seconds, told to the one function that keeps it", (stage, seconds) => {
    const told = Object.entries(synthesise(stage).find("AWS::Lambda::Function")).flatMap(([id, { Properties }]) => {
      const delay = Properties["Environment"]?.Variables["RECOVERY_DELAY_SECONDS"];
      return delay === undefined ? [] : [[id, delay]];
    });
    expect(told).toEqual([[expect.stringMatching(/^api\/recovery/i), String(seconds)]]);
  });
});
