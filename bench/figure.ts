/**
 * One goal of performance: a ratio of ours to a named peer, measured in the same run, A and B alternating.
 * `measureOurs` and `measurePeer` each do the work once and give what it cost, in one unit of their own choice (ms of CPU, ms, bytes, MB).
 */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly peer: string;
  readonly unit: string;
  readonly target: Target;
  readonly pairs: number;
  /** What a reader must know to judge the number: where the peer or the setting is not the goal's own. */
  readonly note?: string;
  readonly prepare: () => Promise<Bench>;
}

export interface Bench {
  readonly measureOurs: () => Promise<number>;
  readonly measurePeer: () => Promise<number>;
  readonly end?: () => Promise<void>;
}

/** All of these hold: of the ratio; of our own value (`ours…`) and of what we take beyond the peer (`added…`), in the figure's unit. */
export interface Target {
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly oursAtMost?: number;
  readonly addedAtMost?: number;
}

export interface Result {
  readonly id: string;
  readonly what: string;
  readonly peer: string;
  readonly unit: string;
  readonly ratio: Spread;
  readonly ours: Spread;
  readonly theirs: Spread;
  readonly added?: Spread; // ours less theirs, pair by pair
  readonly target: Target;
  readonly held: boolean;
  readonly pairs: number;
  readonly at: string;
  readonly note?: string;
}

export interface Spread {
  readonly p25: number;
  readonly median: number;
  readonly p75: number;
}

/** Runs the pairs of a figure; which side goes first alternates, so that neither always meets a warm or a busy machine. */
export async function measure(figure: Figure, pairsAtMost = Number.POSITIVE_INFINITY): Promise<Result> {
  const bench = await figure.prepare();
  const pairs = Math.min(figure.pairs, pairsAtMost);
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let pair = 0; pair < pairs; pair++) {
      if (pair % 2 === 0) {
        ours.push(await bench.measureOurs());
        theirs.push(await bench.measurePeer());
      } else {
        theirs.push(await bench.measurePeer());
        ours.push(await bench.measureOurs());
      }
    }
  } finally {
    await bench.end?.();
  }
  const ratio = spreadOf(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
  if (!Number.isFinite(ratio.median)) throw new Error(`${figure.id}: ${ours} to ${theirs} is no ratio`);
  const added = spreadOf(ours.map((value, index) => value - (theirs[index] ?? Number.NaN)));
  const { id, what, peer, unit, target, note } = figure;
  return {
    id,
    what,
    peer,
    unit,
    ratio,
    ours: spreadOf(ours),
    theirs: spreadOf(theirs),
    added,
    target,
    held: holds(target, ratio.median, spreadOf(ours).median, added.median),
    pairs,
    at: new Date(Date.now()).toISOString(),
    ...(note ? { note } : {}),
  };
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.round(part * (sorted.length - 1)))] ?? Number.NaN;
  return { p25: at(0.25), median: at(0.5), p75: at(0.75) };
}

function holds(target: Target, ratio: number, ours: number, added: number): boolean {
  const { atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = target;
  const { oursAtMost = Number.POSITIVE_INFINITY, addedAtMost = Number.POSITIVE_INFINITY } = target;
  return ratio <= atMost && ratio >= atLeast && ours <= oursAtMost && added <= addedAtMost;
}

/** CPU time of this process spent in `work`, in milliseconds. */
export async function cpuMillis(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Wall time of `work`, in milliseconds. */
export async function wallMillis(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}
