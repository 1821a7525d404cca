/** What each tier may hold. `null` is no limit. Sources: the price list; agent sizes are what OpenClaw was measured to need. */
export const TIERS = {
  free: {
    usersMax: 3,
    agentsMax: 1,
    apiCallsPerMonth: 1_000,
    requestsPerMinute: 100,
    vaultBytesMax: 100e6,
    agentSize: "small",
  },
  pro: {
    usersMax: 25,
    agentsMax: 5,
    apiCallsPerMonth: 50_000,
    requestsPerMinute: 500,
    vaultBytesMax: 5e9,
    agentSize: "medium",
  },
  enterprise: {
    usersMax: null,
    agentsMax: null,
    apiCallsPerMonth: null,
    requestsPerMinute: 2_000,
    vaultBytesMax: null,
    agentSize: "large",
  },
} as const;

/** Of one file in a vault, as the person has it. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024;

export type Tier = keyof typeof TIERS;

/** Fargate sizes (ARM64): CPU units (1024 = one vCPU) and memory in MiB. */
export const AGENT_SIZES = {
  small: { cpuUnits: 512, memoryMib: 2048 },
  medium: { cpuUnits: 1024, memoryMib: 2048 },
  large: { cpuUnits: 2048, memoryMib: 4096 },
} as const;

export type AgentSize = keyof typeof AGENT_SIZES;

/** How long a message may wait for its agent: the platform keeps it no longer, and an agent takes none with an older id. */
export const QUEUED_MS_MAX = 7 * 24 * 3_600_000;
