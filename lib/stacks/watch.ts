import { type App, Duration } from "aws-cdk-lib";
import { CfnBudget } from "aws-cdk-lib/aws-budgets";
import { Dashboard, GraphWidget, type IMetric, Metric, Row, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Config } from "../config.ts";
import { OperatorAlarm } from "../constructs/alarm.ts";
import type { AgentsStack } from "./agents.ts";
import type { ApiStack } from "./api.ts";
import { StageStack } from "./base.ts";
import type { DataStack } from "./data.ts";
import type { RelayStack } from "./relay.ts";
import type { WorkflowsStack } from "./workflows.ts";

interface WatchProps {
  readonly agents: AgentsStack;
  readonly data: DataStack;
  readonly api: ApiStack;
  readonly relay: RelayStack;
  readonly workflows: WorkflowsStack;
}

const PERIOD = Duration.minutes(5);

/** What an operator looks at, what wakes them, and what the month may cost. */
export class WatchStack extends StageStack {
  constructor(app: App, config: Config, props: WatchProps) {
    super(app, "watch", config);
    const metrics = metricsOf(props);
    this.addAlarms(metrics, props);
    this.addDashboard(metrics, props);
    if (config.has("budgets")) this.addBudget();
  }

  private addAlarms(metrics: ReturnType<typeof metricsOf>, { data, agents }: WatchProps): void {
    const { operators } = data;
    new OperatorAlarm(this, "StatesRefused", {
      metric: agents.statesRefused,
      threshold: 1,
      hurts: "A person's agent does not start: what lies in the place of its sealed state was not sealed by it.",
      runbook: "states-refused",
      operators,
    });
    new OperatorAlarm(this, "ApiErrors", {
      metric: metrics.apiErrors,
      threshold: 5,
      hurts: "People see an error page; what they did may not have been saved.",
      runbook: "api-errors",
      operators,
    });
    new OperatorAlarm(this, "ApiSlow", {
      metric: metrics.apiLatency,
      threshold: 2000,
      periods: 3,
      hurts: "People wait for every page; clients begin to give up.",
      runbook: "api-slow",
      operators,
    });
    new OperatorAlarm(this, "RelayErrors", {
      metric: metrics.relayErrors,
      threshold: 5,
      hurts: "People cannot talk to their agent, though both may be connected.",
      runbook: "relay-errors",
      operators,
    });
    new OperatorAlarm(this, "TableThrottled", {
      metric: metrics.throttled,
      threshold: 10,
      hurts: "Writes of one organisation are refused or late, because one partition is hot.",
      runbook: "table-throttled",
      operators,
    });
    new OperatorAlarm(this, "SignInErrors", {
      metric: metrics.signInErrors,
      threshold: 3,
      hurts: "Nobody can sign in; those who are signed in are cut off within ten minutes.",
      runbook: "sign-in-errors",
      operators,
    });
  }

  private addDashboard(metrics: ReturnType<typeof metricsOf>, { api, relay, workflows }: WatchProps): void {
    const graph = (title: string, ...left: IMetric[]) => new GraphWidget({ title, left, width: 8 });
    const durations = Object.values(api.domains).map(({ function: code }) =>
      code.metricDuration({ statistic: Stats.p(95), period: PERIOD }),
    );
    new Dashboard(this, "Dashboard", {
      dashboardName: `ocmt-${this.config.stage}`,
      widgets: [
        [
          new Row(
            graph("Requests", metrics.apiCount, metrics.apiErrors),
            graph("Latency p95, ms", metrics.apiLatency),
            graph("By domain p95, ms", ...durations),
          ),
        ],
        [
          new Row(
            graph("Relay frames, and those dropped", metrics.relayMessages, relay.framesRefused),
            graph("Relay errors", metrics.relayErrors),
            graph("Throttled", metrics.throttled),
          ),
        ],
        [
          new Row(
            graph(
              "Lifecycle",
              workflows.lifecycle.metricStarted(),
              workflows.lifecycle.metricSucceeded(),
              workflows.lifecycle.metricFailed(),
            ),
            graph("Lifecycle time", workflows.lifecycle.metricTime()),
          ),
        ],
      ],
    });
  }

  private addBudget(): void {
    const { alarmMail, monthlyBudgetUsd, stage } = this.config;
    const told = alarmMail ? [{ subscriptionType: "EMAIL", address: alarmMail }] : [];
    new CfnBudget(this, "Budget", {
      budget: {
        budgetName: `ocmt-${stage}`,
        budgetType: "COST",
        timeUnit: "MONTHLY",
        budgetLimit: { amount: monthlyBudgetUsd, unit: "USD" },
        costFilters: { TagKeyValue: [`user:ocmt:stage$${stage}`] },
      },
      notificationsWithSubscribers:
        told.length === 0
          ? []
          : [50, 80, 100].map((threshold) => ({
              notification: {
                notificationType: threshold === 100 ? "FORECASTED" : "ACTUAL",
                comparisonOperator: "GREATER_THAN",
                threshold,
              },
              subscribers: told,
            })),
    });
  }
}

function metricsOf({ data, api, relay }: WatchProps) {
  const gateway = (apiId: string, metricName: string, statistic: string) =>
    new Metric({ namespace: "AWS/ApiGateway", metricName, dimensionsMap: { ApiId: apiId }, statistic, period: PERIOD });
  return {
    apiCount: gateway(api.api.apiId, "Count", Stats.SUM),
    apiErrors: gateway(api.api.apiId, "5xx", Stats.SUM),
    apiLatency: gateway(api.api.apiId, "Latency", Stats.p(95)),
    relayMessages: gateway(relay.api.apiId, "MessageCount", Stats.SUM),
    relayErrors: gateway(relay.api.apiId, "IntegrationError", Stats.SUM),
    throttled: new Metric({
      namespace: "AWS/DynamoDB",
      metricName: "WriteThrottleEvents",
      dimensionsMap: { TableName: data.table.tableName },
      statistic: Stats.SUM,
      period: PERIOD,
    }),
    signInErrors: api.domains.identity.function.metricErrors({ period: PERIOD }),
  };
}
