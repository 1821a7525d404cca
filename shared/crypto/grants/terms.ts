/** What a grant can be of. Their order is part of the bytes of OCG1 (grant.ts): one is added at the end. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
export type Method = (typeof METHODS)[number];

/** Who acts: the issuer's agent, or the subject's, which has been handed the secret. */
export const TIERS = ["live", "sealed"] as const;
export type Tier = (typeof TIERS)[number];
