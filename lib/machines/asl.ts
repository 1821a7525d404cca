/** A state in Amazon States Language, with JSONata. Every state hands on its input, and what it found merged into it. */
export type State = Readonly<Record<string, unknown>>;

interface Invoking {
  readonly next: string;
  readonly catchTo?: string;
  readonly caught?: Readonly<Record<string, string>>; // merged into the input when it is caught
}

const RETRY = [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }];

/** One step of ours; what it answers joins the input. */
export const invoke = (functionArn: string, step: string, { next, ...failing }: Invoking): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn, Payload: `{% $merge([$states.input, {'step': '${step}'}]) %}` },
  Output: "{% $merge([$states.input, $states.result.Payload]) %}",
  Retry: RETRY,
  ...catchOf(failing),
  Next: next,
});

/** One step of ours, which is over when somebody hands its token back. */
export const invokeAndWait = (
  functionArn: string,
  step: string,
  { next, seconds, ...failing }: Invoking & { readonly seconds: number },
): State => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
  TimeoutSeconds: seconds,
  Arguments: {
    FunctionName: functionArn,
    Payload: `{% $merge([$states.input, {'step': '${step}', 'token': $states.context.Task.Token}]) %}`,
  },
  Output: "{% $states.input %}",
  ...catchOf(failing),
  Next: next,
});

function catchOf({ catchTo, caught = {} }: Omit<Invoking, "next">): State {
  if (catchTo === undefined) return {};
  const Output = `{% $merge([$states.input, ${JSON.stringify(caught)}]) %}`;
  return { Catch: [{ ErrorEquals: ["States.ALL"], Output, Next: catchTo }] };
}

export const wait = (seconds: string, next: string): State => ({ Type: "Wait", Seconds: seconds, Next: next });
export const pass = (output: string, next: string): State => ({ Type: "Pass", Output: output, Next: next });
export const fail = (cause: string): State => ({ Type: "Fail", Error: "Agent.NotStarted", Cause: cause });
