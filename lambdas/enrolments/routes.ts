import type { Implementation } from "#platform/pipe/http.ts";
import type { enrolmentsContract } from "#shared/contracts/enrolments.ts";
import { deny, type EnrolmentPorts, letIn } from "./answers.ts";
import { ask, cancel, get, list, take } from "./enrolments.ts";

export const enrolmentsRoutes: Implementation<typeof enrolmentsContract, EnrolmentPorts> = {
  ask,
  list,
  get,
  letIn,
  deny,
  take,
  cancel,
};
