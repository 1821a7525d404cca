import { useMutation } from "@tanstack/react-query";
import { identity, session } from "../api.ts";

/** A new page afterwards: nothing that was read before is left in memory, keys least of all. */
export const useSignOut = () =>
  useMutation({
    mutationFn: () => identity.signOut({}),
    onSuccess: () => {
      session.forget();
      location.assign("/");
    },
  });
