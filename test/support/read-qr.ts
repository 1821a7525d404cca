/**
 * Reads the squares of a QR code back to its text, by the standard (ISO/IEC 18004) and not by the library that drew them: versions 1 to
 * 10, error correction M, no damage. A square that is wrong reads as other text, so whoever compares the text compares the squares.
 */
type Squares = readonly (readonly boolean[])[];

/** For each version at level M: check bytes of a block, then how many data bytes each block has. A table of data. */
const BLOCKS: Record<number, readonly number[]> = {
  ...{ 1: [16], 2: [28], 3: [44], 4: [32, 32], 5: [43, 43], 6: [27, 27, 27, 27], 7: [31, 31, 31, 31] },
  ...{ 8: [38, 38, 39, 39], 9: [36, 36, 36, 37, 37], 10: [43, 43, 43, 43, 44] },
};
const ALIGNED: Record<number, readonly number[]> = {
  ...{ 1: [], 2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34] },
  ...{ 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46], 10: [6, 28, 50] },
};
const MASKS: readonly ((row: number, column: number) => boolean)[] = [
  (i, j) => (i + j) % 2 === 0,
  (i) => i % 2 === 0,
  (_, j) => j % 3 === 0,
  (i, j) => (i + j) % 3 === 0,
  (i, j) => (Math.floor(i / 2) + Math.floor(j / 3)) % 2 === 0,
  (i, j) => ((i * j) % 2) + ((i * j) % 3) === 0,
  (i, j) => (((i * j) % 2) + ((i * j) % 3)) % 2 === 0,
  (i, j) => (((i + j) % 2) + ((i * j) % 3)) % 2 === 0,
];
const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function readQr(squares: Squares): string {
  const size = squares.length;
  const version = (size - 17) / 4;
  const blocks = BLOCKS[version];
  if (!blocks || squares.some((row) => row.length !== size)) throw new Error(`no QR code of a known version: ${size}`);
  const format = [0, 1, 2, 3, 4, 5, 7, 8].map((j) => Number(squares[8]?.[j])).join("");
  const level = Number.parseInt(format.slice(0, 2), 2) ^ 0b10;
  if (level !== 0b00) throw new Error("not level M");
  const mask = MASKS[Number.parseInt(format.slice(2, 5), 2) ^ 0b101];
  if (!mask) throw new Error("no such mask");
  const bits: boolean[] = [];
  for (const [i, j] of placesOf(size, version)) bits.push((squares[i]?.[j] ?? false) !== mask(i, j));
  return readSegments(untangle(bytesOf(bits), blocks), version);
}

/** The squares of a code that is drawn as a path of squares of one unit, with the quiet zone of four around it. @param side of all */
export function squaresOfPath(path: string, side: number): boolean[][] {
  const size = side - 8;
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, across, down] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    const row = rows[Number(down) - 4];
    if (row) row[Number(across) - 4] = true;
  }
  return rows;
}

/** Every square that carries data, in the order in which it is filled: two columns at a time, up and down, from the right. */
function* placesOf(size: number, version: number): Generator<readonly [number, number]> {
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const i = isUp ? size - 1 - step : step;
      for (const j of [right, right - 1]) if (!isFunction(i, j, size, version)) yield [i, j];
    }
    isUp = !isUp;
  }
}

function isFunction(i: number, j: number, size: number, version: number): boolean {
  const far = size - 9;
  if ((i <= 8 && (j <= 8 || j > far)) || (i > far && j <= 8) || i === 6 || j === 6) return true;
  if (version >= 7 && ((i < 6 && j >= size - 11) || (j < 6 && i >= size - 11))) return true;
  const centres = ALIGNED[version] ?? [];
  const isCorner = (a: number, b: number) => (a === 6 && (b === 6 || b === size - 7)) || (a === size - 7 && b === 6);
  return centres.some((a) => centres.some((b) => !isCorner(a, b) && Math.abs(i - a) <= 2 && Math.abs(j - b) <= 2));
}

const bytesOf = (bits: readonly boolean[]): number[] =>
  Array.from({ length: bits.length >> 3 }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit) => byte * 2 + Number(bit), 0),
  );

/** The blocks take turns byte by byte; what checks them comes behind, and is not looked at. */
function untangle(bytes: readonly number[], blocks: readonly number[]): number[] {
  const read: number[][] = blocks.map(() => []);
  let at = 0;
  for (let turn = 0; turn < Math.max(...blocks); turn++) {
    blocks.forEach((length, block) => {
      if (turn < length) read[block]?.push(bytes[at++] ?? 0);
    });
  }
  return read.flat();
}

function readSegments(bytes: readonly number[], version: number): string {
  const bits = bytes.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  let at = 0;
  const take = (count: number) => {
    at += count;
    return Number.parseInt(bits.slice(at - count, at), 2);
  };
  let text = "";
  for (;;) {
    const mode = bits.length - at < 4 ? 0 : take(4);
    if (mode === 0) return text;
    if (mode === 0b0100) {
      const length = take(version < 10 ? 8 : 16);
      text += new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from({ length }, () => take(8)));
    } else if (mode === 0b0010) text += readAlphanumeric(take(version < 10 ? 9 : 11), take);
    else throw new Error(`mode ${mode} is not read here`);
  }
}

function readAlphanumeric(length: number, take: (count: number) => number): string {
  let text = "";
  for (let left = length; left > 0; left -= 2) {
    const value = take(left > 1 ? 11 : 6);
    text += left > 1 ? (ALPHANUMERIC[Math.floor(value / 45)] ?? "") : "";
    text += ALPHANUMERIC[value % 45] ?? "";
  }
  return text;
}
