import { ApiError } from "#shared/client/api-client.ts";
import type { SignIn } from "../../../ocmt.ts";
import { note } from "../../terminal.ts";

/** Asks for the digits, and where a person types them again as long as the link lives: the service ends it after five tries. */
export async function finishByDigits(
  signIn: SignIn,
  ask: () => Promise<string>,
  isTyped: boolean,
): ReturnType<SignIn["finish"]> {
  for (;;) {
    const digits = (await ask()).replaceAll(/\D/g, "");
    try {
      return await signIn.finish(digits);
    } catch (error) {
      const mayTryAgain = isTyped && error instanceof ApiError && error.code === "link.code_wrong";
      if (!mayTryAgain) throw error;
      note("That code is not right. Type the six digits that the link shows.");
    }
  }
}
