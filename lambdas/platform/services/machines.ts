import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { readEnv } from "../env.ts";

/** The state machine of agents' lives. */
export interface Machines {
  /** Starts an execution, unless one of this name was started before: a hundred callers start one. */
  start(name: string, input: object): Promise<void>;
  /** Lets a waiting step go on. False when nothing waits any more. */
  proceed(token: string, output: object): Promise<boolean>;
}

export function sfnMachines(client: Pick<SFNClient, "send"> = new SFNClient({})): Machines {
  return {
    async start(name, input) {
      const { LIFECYCLE_ARN: stateMachineArn } = readEnv("LIFECYCLE_ARN");
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
      } catch (error) {
        if (!(error instanceof ExecutionAlreadyExists)) throw error;
      }
    },

    async proceed(taskToken, output) {
      try {
        await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
        return true;
      } catch (error) {
        if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
          return false;
        throw error;
      }
    },
  };
}
