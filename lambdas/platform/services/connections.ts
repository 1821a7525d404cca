import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { readEnv } from "../env.ts";

/** The open sockets of the relay. */
export interface Connections {
  /** False when there is no such connection any more. */
  post(connectionId: string, text: string): Promise<boolean>;
  cut(connectionId: string): Promise<void>;
}

export function relayConnections(): Connections {
  let client: ApiGatewayManagementApiClient | undefined;
  const open = () => {
    client ??= new ApiGatewayManagementApiClient({ endpoint: readEnv("RELAY_MANAGEMENT_URL").RELAY_MANAGEMENT_URL });
    return client;
  };
  const isThere = async (sent: Promise<unknown>): Promise<boolean> => {
    try {
      await sent;
      return true;
    } catch (error) {
      if (error instanceof GoneException) return false;
      throw error;
    }
  };
  return {
    post: (ConnectionId, text) =>
      isThere(open().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(text) }))),
    async cut(ConnectionId) {
      await isThere(open().send(new DeleteConnectionCommand({ ConnectionId })));
    },
  };
}
