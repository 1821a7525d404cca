import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";

export interface AlarmProps {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly periods?: number;
  readonly hurts: string; // who notices what, in a sentence
  readonly runbook: string; // the file docs/runbooks/<runbook>.md
  readonly operators: ITopic;
}

/** An alarm that says who is hurt and what to do. */
export class OperatorAlarm extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    this.alarm = new Alarm(this, "Alarm", {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods ?? 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `Hurts: ${props.hurts} Runbook: docs/runbooks/${props.runbook}.md`,
    });
    this.alarm.addAlarmAction(new SnsAction(props.operators));
  }
}
