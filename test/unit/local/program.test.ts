import { describe, expect, it } from "vitest";
import type { WantedTask } from "../../../local/task-runner/fleet.ts";
import { environmentOf, programOf } from "../../../local/task-runner/program.ts";

const image = { argv: ["node", "supervisor.mjs"] } as const;
const wanted = (
  container: NonNullable<WantedTask["definition"]["containerDefinitions"]>[0],
  override: object = {},
): WantedTask => ({
  task: { overrides: { containerOverrides: [{ name: "agent", ...override }] } },
  definition: { containerDefinitions: [{ name: "agent", ...container }] },
});

describe("what a task runs", () => {
  it("is the image's own command unless the task says otherwise", () => {
    expect(programOf(wanted({}), image).argv).toEqual(["node", "supervisor.mjs"]);
    expect(programOf(wanted({ command: ["--a"] }), image).argv).toEqual(["node", "supervisor.mjs", "--a"]);
    expect(programOf(wanted({ command: ["--a"] }, { command: ["--b"] }), image).argv.at(-1)).toBe("--b");
    expect(programOf(wanted({ entryPoint: ["sh"], command: ["-c"] }), image).argv).toEqual(["sh", "-c"]);
  });

  it("sees the definition's environment, replaced where the task overrides it", () => {
    const environment = [
      { name: "A", value: "1" },
      { name: "B", value: "1" },
    ];
    const program = programOf(wanted({ environment }, { environment: [{ name: "B", value: "2" }] }), image);
    expect(program.env).toEqual({ A: "1", B: "2" });
  });

  it("ignores an override that is meant for another container", () => {
    const task = wanted({}, { name: "sidecar", command: ["--x"] });
    expect(programOf(task, image).argv).toEqual(["node", "supervisor.mjs"]);
  });

  it("has the grace of its definition, or Fargate's", () => {
    expect(programOf(wanted({ stopTimeout: 120 }), image).graceSeconds).toBe(120);
    expect(programOf(wanted({}), image).graceSeconds).toBe(30);
  });

  it("inherits nothing of the terminal: no AWS settings, no keys, no home", () => {
    process.env["AWS_SECRET_ACCESS_KEY"] = "terminal-secret";
    process.env["SOME_TOKEN"] = "terminal-secret";
    try {
      const env = environmentOf(
        programOf(wanted({ environment: [{ name: "OCMT_SIZE", value: "small" }] }), image),
        "/t/1",
      );
      expect(JSON.stringify(env)).not.toContain("terminal-secret");
      expect(Object.keys(env).sort()).toEqual(["HOME", "LANG", "NODE_ENV", "OCMT_SIZE", "PATH", "TMPDIR"]);
      expect(env["HOME"]).toBe("/t/1");
    } finally {
      delete process.env["AWS_SECRET_ACCESS_KEY"];
      delete process.env["SOME_TOKEN"];
    }
  });

  it("finds its volumes in its own folder, under the variable that names their place", () => {
    const mountPoints = [{ sourceVolume: "state", containerPath: "/var/ocmt" }];
    const environment = [{ name: "OCMT_STATE_DIR", value: "/var/ocmt" }];
    expect(environmentOf(programOf(wanted({ mountPoints, environment }), image), "/t/1")["OCMT_STATE_DIR"]).toBe(
      "/t/1/state",
    );
  });

  it("cannot name a volume out of its folder", () => {
    const mountPoints = [{ sourceVolume: "../../other", containerPath: "/v" }];
    const program = programOf(wanted({ mountPoints, environment: [{ name: "V", value: "/v" }] }), image);
    expect(environmentOf(program, "/t/1")["V"]).toBe("/t/1/other");
  });
});
