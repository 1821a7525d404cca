import { Duration } from "aws-cdk-lib";
import { type Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { type IQueue, Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { OperatorAlarm } from "./alarm.ts";
import type { Code } from "./code.ts";

interface JobProps<C extends Code> {
  readonly code: (scope: Construct, deadLetters: IQueue) => C;
  readonly operators: ITopic;
  readonly hurts: string; // by an event that was given up on
  readonly runbook: string;
}

/** A function that rules call. What it fails on three times is kept, and someone is told who is hurt. */
export class Job<C extends Code> extends Construct {
  readonly code: C;
  readonly #deadLetters: Queue;

  constructor(scope: Construct, id: string, { code, operators, hurts, runbook }: JobProps<C>) {
    super(scope, id);
    this.#deadLetters = new Queue(this, "DeadLetters", {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.code = code(this, this.#deadLetters);
    new OperatorAlarm(this, "GivenUp", {
      metric: this.#deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: "max",
      }),
      threshold: 1,
      hurts,
      runbook,
      operators,
    });
  }

  calledBy(rule: Rule, event?: object): void {
    const target = new LambdaFunction(this.code.function, {
      deadLetterQueue: this.#deadLetters,
      retryAttempts: 2,
      maxEventAge: Duration.minutes(10),
      ...(event ? { event: RuleTargetInput.fromObject(event) } : {}),
    });
    rule.addTarget(target);
  }
}
