import { apiClient } from "#shared/client/api-client.ts";
import { apiClients, type Clients } from "#shared/client/clients.ts";
import { type AccessToken, identityContract, type Me } from "#shared/contracts/identity.ts";
import type { Tenant } from "#shared/contracts/tenants.ts";
import { listLinks, readLink } from "./mailbox.ts";

/** Where a running product answers: its origin, and the emulator behind it. */
export interface Place {
  readonly url: string;
  readonly endpoint: string;
}

const RENEW_BEFORE_MS = 60_000;

/** One browser without a screen: it keeps cookies as one does, and asks the API as the web app does. */
export class Visitor {
  readonly place: Place;
  readonly email: string;
  readonly api: Clients;
  token: AccessToken | undefined;
  /** Hears the body of every request and of its reply. */
  onExchange: ((url: string, sent: string, received: string) => void) | undefined;
  readonly #cookies = new Map<string, string>();
  #renewal: Promise<AccessToken> | undefined;
  #confirming: Promise<void> | undefined;

  constructor(place: Place, email: string) {
    this.place = place;
    this.email = email;
    const [baseUrl, token] = [place.url, () => this.#currentToken()];
    this.api = apiClients({ baseUrl, token, fetch: this.fetch, confirm: () => this.#confirm() });
  }

  /** As a person does who is asked whether it is still them: once, however many calls ask. */
  async #confirm(): Promise<true> {
    this.#confirming ??= this.confirm().finally(() => {
      this.#confirming = undefined;
    });
    await this.#confirming;
    return true;
  }

  /** An access token lives for ten minutes; the next one is asked for in time, and once. */
  async #currentToken(): Promise<string | undefined> {
    if (this.token && Date.parse(this.token.expiresAt) - Date.now() < RENEW_BEFORE_MS) {
      const anonymous = { baseUrl: this.place.url, token: async () => undefined, fetch: this.fetch };
      this.#renewal ??= apiClient(identityContract, anonymous).refresh({});
      this.token = await this.#renewal.finally(() => {
        this.#renewal = undefined;
      });
    }
    return this.token?.accessToken;
  }

  readonly fetch: typeof fetch = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("origin", this.place.url);
    if (this.#cookies.size > 0)
      headers.set("cookie", [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) this.#keepCookie(line);
    this.onExchange?.(String(url), String(init.body ?? ""), await response.clone().text());
    return response;
  };

  #keepCookie(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "" || /max-age=0/i.test(line)) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** Asks for a link, finds it in the mailbox, opens it in this browser. */
  async signIn(): Promise<void> {
    this.token = await this.api.identity.redeemLink({ secret: await this.#askForLink() });
  }

  /** The same for the session there is: it counts as just signed in. */
  async confirm(): Promise<void> {
    this.token = await this.api.identity.confirmLink({ secret: await this.#askForLink() });
  }

  async #askForLink(): Promise<string> {
    const before = await listLinks(this.place.endpoint, this.email, "link");
    await this.api.identity.requestLink({ email: this.email });
    return readLink(this.place.endpoint, this.email, "link", before);
  }

  async createOrganisation(
    name: string,
    slug = `${name.toLowerCase()}-${crypto.randomUUID().slice(0, 8)}`,
  ): Promise<Tenant> {
    const tenant = await this.api.tenants.create({ name, slug });
    await this.enter(tenant.id);
    return tenant;
  }

  async enter(tenantId: Tenant["id"]): Promise<void> {
    this.token = await this.api.identity.switchTenant({ tenantId });
  }

  async whoAmI(): Promise<Me> {
    return this.api.identity.me({});
  }
}
