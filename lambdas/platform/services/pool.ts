import {
  AdminCreateUserCommand,
  AdminInitiateAuthCommand,
  AdminRespondToAuthChallengeCommand,
  CognitoIdentityProviderClient,
  NotAuthorizedException,
  UsernameExistsException,
} from "@aws-sdk/client-cognito-identity-provider";
import { CognitoJwtVerifier } from "aws-jwt-verify";
import { SimpleFetcher } from "aws-jwt-verify/https";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { Id } from "#shared/ids.ts";
import { readEnv } from "../env.ts";

/** Who proves that a person is who they say: Cognito, by its custom challenge. */
export interface Pool {
  addUser(userId: Id<"user">, email: string): Promise<void>;
  /** Whether the answer to the user's challenge was right, by the word of a token that was checked. */
  isProved(userId: Id<"user">, answer: string): Promise<boolean>;
}

export function cognitoPool(client = new CognitoIdentityProviderClient({})): Pool {
  const { USER_POOL_ID: UserPoolId, USER_POOL_CLIENT_ID: ClientId } = readEnv("USER_POOL_ID", "USER_POOL_CLIENT_ID");
  const verifier = CognitoJwtVerifier.create(
    { userPoolId: UserPoolId, clientId: ClientId, tokenUse: "access" },
    { jwksCache: new SimpleJwksCache({ fetcher: jwksFetcher(UserPoolId) }) },
  );

  return {
    async addUser(userId, email) {
      const UserAttributes = [
        { Name: "email", Value: email },
        { Name: "email_verified", Value: "true" },
      ];
      try {
        await client.send(
          new AdminCreateUserCommand({ UserPoolId, Username: userId, MessageAction: "SUPPRESS", UserAttributes }),
        );
      } catch (error) {
        if (!(error instanceof UsernameExistsException)) throw error; // a first sign-in that was interrupted, or a second beside it
      }
    },

    async isProved(userId, answer) {
      const AuthParameters = { USERNAME: userId };
      const { Session } = await client.send(
        new AdminInitiateAuthCommand({ UserPoolId, ClientId, AuthFlow: "CUSTOM_AUTH", AuthParameters }),
      );
      const ChallengeResponses = { USERNAME: userId, ANSWER: answer };
      const token = await respond({
        UserPoolId,
        ClientId,
        ChallengeName: "CUSTOM_CHALLENGE",
        Session,
        ChallengeResponses,
      });
      if (token === undefined) return false;
      const { username } = await verifier.verify(token);
      return username === userId;
    },
  };

  async function respond(input: ConstructorParameters<typeof AdminRespondToAuthChallengeCommand>[0]) {
    try {
      const { AuthenticationResult } = await client.send(new AdminRespondToAuthChallengeCommand(input));
      return AuthenticationResult?.AccessToken;
    } catch (error) {
      if (error instanceof NotAuthorizedException) return undefined; // the triggers said no
      throw error;
    }
  }
}

/** The issuer names Amazon's own host; where another endpoint stands in for it, that one serves the pool's keys. */
function jwksFetcher(userPoolId: string): { fetch(uri: string): Promise<ArrayBuffer> } {
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  if (endpoint === undefined) return new SimpleFetcher();
  return {
    async fetch() {
      const response = await fetch(`${endpoint}/${userPoolId}/.well-known/jwks.json`);
      if (!response.ok) throw new Error(`jwks: ${response.status}`);
      return response.arrayBuffer();
    },
  };
}
