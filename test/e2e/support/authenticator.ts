import type { Page } from "playwright-core";

export interface Authenticator {
  /** Nothing that this browser kept is left; the authenticator, which is not the browser's, stays. */
  forgetProfile(): Promise<void>;
  remove(): Promise<void>;
}

/** A fingerprint reader that says yes, for one page; with or without the secrets that a vault needs (PRF). */
export async function attachAuthenticator(
  page: Page,
  { hasPrf }: { readonly hasPrf: boolean },
): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page); // a session that ends takes every authenticator of the page with it
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasPrf },
      ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    async forgetProfile() {
      const { origin } = new URL(page.url());
      await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
      await page.context().clearCookies();
    },
    async remove() {
      await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      await cdp.detach();
    },
  };
}
