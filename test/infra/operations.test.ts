import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { synthesise } from "#test/support/cdk.ts";
import { readSources } from "#test/support/sources.ts";
import { Checks } from "../../lib/checks/checks.ts";

const written = readSources("lambdas", "agent");
const RUNBOOK = /^Hurts: (.+\.) Runbook: docs\/runbooks\/([a-z-]+)\.md$/;
const GATEWAY_SECONDS = 29;

describe.each(["local", "dev", "prod"] as const)("operating stage %s", (stage) => {
  const { app, find } = synthesise(stage);

  it("passes cdk-nag's AwsSolutions, each exception said beside the code", () => {
    const { violations } = new Checks(app).validateScope(app);
    expect(
      violations.map(({ ruleName, violatingResources }) => [ruleName, violatingResources[0]?.constructPath]),
    ).toEqual([]);
  });

  it("has alarms that say who is hurt and where the runbook is, and the runbook is there", () => {
    const alarms = Object.entries(find("AWS::CloudWatch::Alarm"));
    expect(alarms.length).toBeGreaterThan(5);
    const named = alarms.map(([id, { Properties }]) => {
      const [, hurts, runbook] = RUNBOOK.exec(Properties["AlarmDescription"]) ?? [];
      expect([id, hurts?.length ?? 0]).toEqual([id, expect.toSatisfy((length: number) => length > 20)]);
      expect([id, existsSync(`docs/runbooks/${runbook}.md`)]).toEqual([id, true]);
      expect(Properties["AlarmActions"]).toHaveLength(1);
      return `${runbook}.md`;
    });
    expect(readdirSync("docs/runbooks").sort()).toEqual([...new Set(named)].sort()); // and no runbook without an alarm
  });

  it("counts in its logs only words that the code behind them writes", () => {
    const counted = Object.values(find("AWS::Logs::MetricFilter")).map(({ Properties }) => {
      const [, word = ""] = /\$\.(?:event|fact) = "([a-z._]+)"/.exec(Properties["FilterPattern"]) ?? [];
      const isWritten = written.some(({ text }) => text.includes(`("${word}"`));
      return [Properties["MetricTransformations"][0].MetricName, isWritten];
    });
    expect(counted.sort()).toEqual([
      ["FramesRefused", true],
      ["StatesRefused", true],
    ]);
  });

  it("has time-outs that descend: API Gateway, then a function", () => {
    const functions = Object.entries(find("AWS::Lambda::Function")).filter(([id]) => id.startsWith("api/"));
    for (const [id, { Properties }] of functions) {
      expect([id, Properties["Timeout"] < GATEWAY_SECONDS]).toEqual([id, true]);
    }
    const [, authorizer] = functions.find(([id]) => id.includes("Authorizer")) ?? [];
    expect(authorizer?.Properties["Timeout"]).toBeLessThan(10);
  });

  it("keeps what a job gave up on, for whoever looks at the alarm", () => {
    const jobs = Object.entries(find("AWS::Lambda::Function")).filter(([id]) => id.includes("Jobs"));
    expect(jobs).toHaveLength(3);
    for (const [id, { Properties }] of jobs) expect([id, Boolean(Properties["DeadLetterConfig"])]).toEqual([id, true]);
    for (const [id, { Properties }] of Object.entries(find("AWS::Events::Rule"))) {
      for (const target of Properties["Targets"]) expect([id, Boolean(target.DeadLetterConfig)]).toEqual([id, true]);
    }
  });

  it("says what the other tools ask for, once", () => {
    const outputs = Object.values(synthesise(stage).templates).flatMap((template) =>
      Object.keys(template.toJSON()["Outputs"] ?? {}),
    );
    for (const name of OUTPUTS) expect([name, outputs.filter((output) => output === name).length]).toEqual([name, 1]);
  });
});

const OUTPUTS = [
  "HttpApiId",
  "RelayApiId",
  "RelayStage",
  "UserPoolId",
  "UserPoolClientId",
  "ClusterName",
  "TableName",
  "DirectoryName",
  "StateBucket",
  "LifecycleArn",
  "TaskStoppedFunctionName",
  "WarmPoolFunctionName",
  "SweepFunctionName",
];
