import { fail, invoke, invokeAndWait, pass, type State, wait } from "./asl.ts";

export interface LifecycleProps {
  readonly stepsArn: string; // the function of lambdas/agents/lifecycle.steps.ts
  readonly clusterArn: string;
  readonly subnets: readonly string[];
  readonly securityGroup: string;
  readonly assignPublicIp: boolean;
  readonly containerName: string;
}

const CALL_SECONDS = 180; // for a task to start and open its socket
const COMING_SECONDS = 60; // the same for one that was run a while ago; it may have been lost
const SUSPEND_SECONDS = 90; // for a task to seal its state and commit it
const HOUR = 3600;

/**
 * One execution is one start, stop or removal of one agent:
 *
 *   start    Find ─ warm ──────────────→ Assign ─ yes → Done
 *              ├─ coming → AwaitComing ───┤  └ gone → StopLost → Find
 *              └─ none → Run → Await ─────┘                      any failure → GiveUp → (StopOrphan) → Failed
 *   stop     Locate → Suspend → Stop → Finish ─ woken meanwhile → Find
 *   remove   Locate ──────────→ Stop → Erase → Done
 */
export function agentLifecycle(props: LifecycleProps): object {
  return {
    Comment: "The life of an agent",
    QueryLanguage: "JSONata",
    StartAt: "Delay",
    TimeoutSeconds: HOUR,
    States: {
      ...starting(props),
      ...ending(props),
      Done: { Type: "Succeed" },
      Failed: fail("The agent was not started"),
    },
  };
}

function starting(props: LifecycleProps): Record<string, State> {
  const orElse = (cause: string) => ({ catchTo: "GiveUp", caught: { cause } });
  return {
    Delay: wait("{% $states.input.delaySeconds %}", "Which"),
    Which: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.action = 'start' %}", Next: "Find" }],
      Default: "Locate",
    },
    Find: invoke(props.stepsArn, "find", { next: "IsFound", ...orElse("No task could be found.") }),
    IsFound: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.found = 'warm' %}", Next: "Assign" },
        { Condition: "{% $states.input.found = 'coming' %}", Next: "AwaitComing" },
        { Condition: "{% $states.input.found = 'none' %}", Next: "Run" },
      ],
      Default: "Done",
    },
    Run: runTask(props),
    AwaitComing: invokeAndWait(props.stepsArn, "await", {
      next: "Assign",
      seconds: COMING_SECONDS,
      catchTo: "HasLost",
    }),
    Await: invokeAndWait(props.stepsArn, "await", {
      next: "Assign",
      seconds: CALL_SECONDS,
      ...orElse("The task did not call within three minutes."),
    }),
    Assign: invoke(props.stepsArn, "assign", { next: "IsAssigned", ...orElse("The task could not be assigned.") }),
    IsAssigned: {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.assigned = 'gone' %}", Next: "HasLost" },
        { Condition: "{% $states.input.assigned = 'superseded' %}", Next: "HasOrphan" },
      ],
      Default: "Done",
    },
    HasLost: choiceOfTask("StopLost", "Find"),
    StopLost: stopTask(props, "The task could not be reached; the agent has another.", "Find"),
    HasOrphan: choiceOfTask("StopOrphan", "Done"),
    StopOrphan: stopTask(props, "The agent was stopped while it started.", "Done"),
    GiveUp: invoke(props.stepsArn, "give-up", { next: "HasFailedTask" }),
    HasFailedTask: choiceOfTask("StopFailed", "Failed"),
    StopFailed: stopTask(props, "The agent's start was given up.", "Failed"),
  };
}

function ending(props: LifecycleProps): Record<string, State> {
  return {
    Locate: invoke(props.stepsArn, "locate", { next: "IsSaved" }),
    IsSaved: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.saves %}", Next: "Suspend" }],
      Default: "HasTask",
    },
    Suspend: invokeAndWait(props.stepsArn, "suspend", {
      next: "HasTask",
      seconds: SUSPEND_SECONDS,
      catchTo: "HasTask",
    }),
    HasTask: choiceOfTask("Stop", "IsRemoved"),
    Stop: stopTask(props, "The agent was stopped.", "IsRemoved"),
    IsRemoved: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.action = 'remove' %}", Next: "Erase" }],
      Default: "Finish",
    },
    Erase: invoke(props.stepsArn, "erase", { next: "Done" }),
    Finish: invoke(props.stepsArn, "finish", { next: "IsWokenMeanwhile" }),
    IsWokenMeanwhile: {
      Type: "Choice",
      Choices: [{ Condition: "{% $states.input.again %}", Next: "Again" }],
      Default: "Done",
    },
    Again: pass("{% $merge([$states.input, {'action': 'start', 'attempt': 1, 'taskArn': null}]) %}", "Find"),
  };
}

const choiceOfTask = (there: string, none: string): State => ({
  Type: "Choice",
  Choices: [{ Condition: "{% $type($states.input.taskArn) = 'string' %}", Next: there }],
  Default: none,
});

function runTask(props: LifecycleProps): State {
  const environment = [{ Name: "OCMT_LAUNCH_TICKET", Value: "{% $states.input.ticket %}" }];
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask",
    Arguments: {
      Cluster: props.clusterArn,
      TaskDefinition: "{% $states.input.definition %}", // the one that `find` wrote down, and `assign` vouches for
      LaunchType: "FARGATE",
      StartedBy: "{% $states.input.taskId %}",
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: props.subnets,
          SecurityGroups: [props.securityGroup],
          AssignPublicIp: props.assignPublicIp ? "ENABLED" : "DISABLED",
        },
      },
      Overrides: { ContainerOverrides: [{ Name: props.containerName, Environment: environment }] },
    },
    // AWS answers in PascalCase; the emulator in camelCase.
    Output:
      "{% $merge([$states.input, {'ticket': null, 'taskArn': $exists($states.result.Tasks) ? $states.result.Tasks[0].TaskArn : $states.result.tasks[0].taskArn}]) %}",
    Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 2, MaxAttempts: 3, BackoffRate: 2 }],
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Output: "{% $merge([$states.input, {'cause': 'No task could be run.', 'taskArn': null}]) %}",
        Next: "GiveUp",
      },
    ],
    Next: "Await",
  };
}

const stopTask = ({ clusterArn: Cluster }: LifecycleProps, Reason: string, Next: string): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::aws-sdk:ecs:stopTask",
  Arguments: { Cluster, Task: "{% $states.input.taskArn %}", Reason },
  Output: "{% $states.input %}",
  Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 }], // half a minute of throttling
  Catch: [{ ErrorEquals: ["States.ALL"], Output: "{% $states.input %}", Next }], // it has ended by itself already
  Next,
});
