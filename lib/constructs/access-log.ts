import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { type IAccessLogSettings, LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { StageStack } from "../stacks/base.ts";

/** One line a request: no query (a relay ticket stands there), no header, no body, and the path as the contract writes it. */
const FIELDS = {
  requestId: "$context.requestId",
  route: "$context.routeKey",
  status: "$context.status",
  at: "$context.requestTimeEpoch",
  milliseconds: "$context.responseLatency",
  bytes: "$context.responseLength",
  error: "$context.error.responseType",
};
const SOCKET_FIELDS = {
  requestId: "$context.requestId",
  route: "$context.routeKey",
  status: "$context.status",
  at: "$context.requestTimeEpoch",
  connection: "$context.connectionId",
  error: "$context.error.responseType",
};

export function makeAccessLog(stack: StageStack, kind: "http" | "socket"): IAccessLogSettings {
  const group = new LogGroup(stack, "AccessLog", { retention: stack.config.logDays, removalPolicy: stack.removal });
  const fields = kind === "http" ? FIELDS : SOCKET_FIELDS;
  return { destination: new LogGroupLogDestination(group), format: AccessLogFormat.custom(JSON.stringify(fields)) };
}
