import { integer, pick, type Random } from '@inkstream/testing';

/** Changes a file that is its own to change. Returns that or another. */
export type Mutation = (random: Random, file: Buffer) => Buffer;

/** Where sizes, counts and offsets go wrong: at the ends of their types, and around what buffers hold. */
const edges = [
  ...[0, 1, 2, 3, 4, 7, 8, 15, 16, 63, 64, 127, 128, 255, 256, 1000, 4096, 32_767, 32_768, 65_535, 65_536],
  ...[0xff_ffff, 0x100_0000, 0x3fff_ffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff],
];

/** A whole number of 32 bits: `near` a little more or less, much more, or what is at the edge of a type. */
export function oddNumber(random: Random, near = 0): number {
  const number = pick(random, [
    () => pick(random, edges),
    () => pick(random, edges),
    () => near + integer(random, -3, 3),
    () => near * integer(random, 2, 9),
    () => Math.floor(near / integer(random, 2, 9)),
    () => near ^ (1 << integer(random, 0, 31)),
    () => integer(random, 0, 0xffff_ffff),
  ])();
  return number >>> 0;
}

const flips: Mutation = (random, file) => {
  for (let count = integer(random, 1, 8); count > 0; count--) {
    const at = integer(random, 0, file.length - 1);
    file[at] = (file[at] ?? 0) ^ (1 << integer(random, 0, 7));
  }
  return file;
};

const others: Mutation = (random, file) => {
  for (let count = integer(random, 1, 8); count > 0; count--)
    file[integer(random, 0, file.length - 1)] = integer(random, 0, 255);
  return file;
};

const number: Mutation = (random, file) => {
  const bytes = pick(random, [2, 4]);
  if (file.length < bytes) return file;
  const at = integer(random, 0, file.length - bytes);
  const isBig = random() < 0.5;
  const old = isBig ? file.readUIntBE(at, bytes) : file.readUIntLE(at, bytes);
  const value = oddNumber(random, old) % 2 ** (8 * bytes);
  if (isBig) file.writeUIntBE(value, at, bytes);
  else file.writeUIntLE(value, at, bytes);
  return file;
};

const cut: Mutation = (random, file) => file.subarray(0, integer(random, 0, file.length));

/** A range of the file, most often a short one. */
function range(random: Random, file: Buffer): [start: number, end: number] {
  const start = integer(random, 0, file.length - 1);
  const length = integer(random, 1, pick(random, [4, 64, file.length]));
  return [start, Math.min(file.length, start + length)];
}

const drop: Mutation = (random, file) => {
  const [start, end] = range(random, file);
  return Buffer.concat([file.subarray(0, start), file.subarray(end)]);
};

const repeat: Mutation = (random, file) => {
  const [start, end] = range(random, file);
  const again = Array.from({ length: integer(random, 1, 4) }, () => file.subarray(start, end));
  return Buffer.concat([file.subarray(0, start), ...again, file.subarray(start)]);
};

const fill: Mutation = (random, file) => {
  const [start, end] = range(random, file);
  return file.fill(pick(random, [0, 0xff, 0x80, 0x20]), start, end);
};

const junkBefore: Mutation = (random, file) =>
  Buffer.concat([Buffer.alloc(integer(random, 1, 1100), pick(random, [0, 0x0a, 0x20])), file]);

/** What can be done to any file. */
const anywhere: readonly Mutation[] = [
  ...[flips, flips, others, others, number, number, number, cut, drop, repeat, fill, junkBefore],
];

export const mutateBytes: Mutation = (random, file) =>
  file.length === 0 ? file : pick(random, anywhere)(random, file);

/** The beginning of one file, and the end of another. */
export const splice = (random: Random, one: Buffer, other: Buffer): Buffer =>
  Buffer.concat([
    one.subarray(0, integer(random, 1, one.length)),
    other.subarray(integer(random, 0, other.length)),
  ]);
