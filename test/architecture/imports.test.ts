import { describe, expect, it } from "vitest";
import { importsOf, readSources, type Source } from "#test/support/sources.ts";

const AWS = ["@aws-sdk/*", "@smithy/*", "aws-jwt-verify"];
const DOMAIN = ["shared", "platform", "audit", "zod", "aws-lambda"];
const NODE = ["node:*"];

/** Who may import whom, and which packages (docs/decisions; HOUSE: the dependency rule). What is not in a room's row is closed to it. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  shared: ["zod", "@noble/*", "@scure/*", "@cantoo/pdf-lib", "@zxcvbn-ts/*", "uqr", "shamir-secret-sharing"],
  platform: ["shared", "zod", "aws-lambda", ...AWS, ...NODE],
  audit: ["shared", "platform"],
  identity: [...DOMAIN, ...NODE],
  authorizer: [...DOMAIN, "identity"],
  tenants: [...DOMAIN, "identity"],
  keyring: DOMAIN,
  vault: [...DOMAIN, "tenants", "keyring"],
  agents: [...DOMAIN, "identity", "tenants", "keyring", "vault", "shares", ...NODE],
  shares: [...DOMAIN, "tenants", "keyring", "vault"],
  enrolments: [...DOMAIN, "identity", "keyring"],
  recovery: [...DOMAIN, "identity", "tenants", "keyring"],
  grants: [...DOMAIN, "tenants", "keyring", "agents", "shares"],
  tasks: [...DOMAIN, "agents", "grants", ...NODE],
  relay: [...DOMAIN, "identity", "keyring", "agents", "tasks", ...NODE],
  chat: [...DOMAIN, "keyring", "agents", "relay", ...NODE],
  lib: ["shared", "zod", "aws-cdk-lib", "constructs", "cdk-nag", ...NODE],
  bin: ["lib", "aws-cdk-lib"],
};

/** These read `shared` and whatever packages their own work needs, and no other room of ours. */
const READS_SHARED_ONLY = ["frontend", "agent", "sdk"];

const ROOMS = [...Object.keys(MAY_IMPORT), ...READS_SHARED_ONLY, "local", "bench", "scripts", "test"];
const sources = readSources("bin", "lib", "lambdas", "shared", "frontend", "agent", "sdk");

describe("the dependency rule", () => {
  it("finds what it is about", () => {
    expect(sources.length).toBeGreaterThan(100);
  });

  it.each(sources.map((source) => [source.path, source] as const))("%s", (path, source) => {
    const room = roomOf(path);
    const targets = importsOf(source).map((target) => placeOf(target, source));
    if (READS_SHARED_ONLY.includes(room)) {
      expect(targets.filter((target) => ROOMS.includes(target) && target !== room && target !== "shared")).toEqual([]);
    } else {
      const open = [room, ...(MAY_IMPORT[room] ?? [])];
      expect(targets.filter((target) => !open.some((name) => isCovered(target, name)))).toEqual([]);
    }
  });

  it("lets the web app's rooms read downward only, and no feature another", () => {
    const wrong = sources.flatMap((source) => {
      const from = webRoomOf(source.path);
      if (!from) return [];
      const targets = importsOf(source).filter((target) => target.startsWith("."));
      const rooms = targets.map((target) => webRoomOf(new URL(target, `file:///${source.path}`).pathname.slice(1)));
      return rooms.filter((to) => to && !mayRead(from, to)).map((to) => `${source.path} reads ${to}`);
    });
    expect(wrong).toEqual([]);
  });

  it("keeps every AWS SDK and middleware in the platform", () => {
    const elsewhere = sources.filter(
      ({ path }) => path.startsWith("lambdas/") && !path.startsWith("lambdas/platform/"),
    );
    const found = elsewhere.filter((source) =>
      importsOf(source).some((target) => /^(@aws-sdk|@smithy|@middy)\//.test(target)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("keeps the library that splits keys, which takes a share at zero, behind one file", () => {
    const found = sources.filter((source) => importsOf(source).includes("shamir-secret-sharing"));
    expect(found.map(({ path }) => path)).toEqual(["shared/crypto/recovery/split.ts"]);
  });

  it("lets the pipe itself need no middleware library", () => {
    const found = sources.filter((source) => importsOf(source).some((target) => target.startsWith("@middy/")));
    expect(found.map(({ path }) => path)).toEqual([]);
  });
});

/** "lambdas/tenants/api.ts" is in the room "tenants"; "shared/ids.ts" is in "shared". */
function roomOf(path: string): string {
  return /^(?:lambdas\/)?([\w-]+)\//.exec(path)?.[1] ?? path;
}

const WEB_FLOORS = ["lib", "components", "features", "app"]; // each reads itself and those before it

/** "features/chat", "components", "lib" or "app"; undefined outside the web app and for what starts it. */
const webRoomOf = (path: string): string | undefined =>
  /^frontend\/src\/(features\/[\w-]+|components|lib|app)\//.exec(path)?.[1];

function mayRead(from: string, to: string): boolean {
  const floorOf = (room: string) => WEB_FLOORS.indexOf(room.split("/")[0] ?? "");
  return from === to || floorOf(to) < floorOf(from);
}

/** The room or package that an import leads to. */
function placeOf(target: string, { path }: Source): string {
  if (target.startsWith("#")) return roomOf(target.slice(1));
  if (target.startsWith("@ocmt/")) return target.split("/")[1] ?? target;
  if (target.startsWith(".")) return roomOf(new URL(target, `file:///${path}`).pathname.slice(1));
  if (target.startsWith("node:")) return target;
  return target.startsWith("@") ? target.split("/", 2).join("/") : (target.split("/")[0] ?? target);
}

const isCovered = (target: string, name: string): boolean =>
  name.endsWith("*") ? target.startsWith(name.slice(0, -1)) : target === name;
