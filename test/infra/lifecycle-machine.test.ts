import validate from "asl-validator";
import { describe, expect, it } from "vitest";
import { flatten, synthesise } from "#test/support/cdk.ts";

describe.each(["local", "prod"] as const)("the lifecycle machine of stage %s", (stage) => {
  const [machine] = Object.values(synthesise(stage).find("AWS::StepFunctions::StateMachine"));
  const definition = JSON.parse(flatten(machine?.Properties["DefinitionString"]) as string);

  it("is a valid state machine", () => {
    const { isValid, errorsText } = validate(definition, { checkArn: false });
    expect(isValid ? "" : errorsText("\n")).toBe("");
  });

  it("writes no input of an execution into its log", () => {
    expect(machine?.Properties["LoggingConfiguration"]).toMatchObject({ IncludeExecutionData: false });
  });
});
