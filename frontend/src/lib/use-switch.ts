import { useMutation } from "@tanstack/react-query";
import type { Id } from "#shared/ids.ts";
import { identity, session } from "./api.ts";

/** Another organisation has another keyring and other agents: the page begins anew, with nothing in memory. */
export const useSwitch = () =>
  useMutation({
    mutationFn: (tenantId: Id<"tenant">) => identity.switchTenant({ tenantId }),
    onSuccess: (token) => {
      session.keep(token);
      location.assign("/home");
    },
  });
