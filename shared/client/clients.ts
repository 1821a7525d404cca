import { contracts, type Domain } from "#shared/contracts/index.ts";
import { apiClient, type Client, type ClientOptions } from "./api-client.ts";

export type Clients = { readonly [D in Domain]: Client<(typeof contracts)[D]> };

/** Every route of the API, by its domain. The web app takes only the domains that a page needs. */
export function apiClients(options: ClientOptions): Clients {
  const clients = Object.entries(contracts).map(([domain, contract]) => [domain, apiClient(contract, options)]);
  return Object.fromEntries(clients) as Clients; // one client for each contract, by its domain
}
