import { integer, pick, type Random } from '@inkstream/testing';
import { type Mutation, oddNumber } from './bytes.ts';

const entryBytes = 12;
/** Of a file whose directories are a loop. */
const mostDirectories = 16;
/** Bytes of a value of each type (TIFF 6.0, section 2; BigTIFF's from 16). */
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** Sizes, depths, compressions, strips, tiles, planes, predictors, colour maps, sub-directories, sample formats, JPEG tables, EXIF. */
const tags = [
  ...[254, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 284, 292, 293, 317, 320, 322, 323, 324],
  ...[325, 330, 338, 339, 347, 512, 513, 514, 529, 530, 532, 700, 33_723, 34_377, 34_665, 34_675, 37_724],
];
/** None, CCITT, LZW, old and new JPEG, Deflate, PackBits, ThunderScan, SGILog, LZMA, ZSTD, WebP, JPEG XL. */
const compressions = [
  1, 2, 3, 4, 5, 6, 7, 8, 32_773, 32_809, 34_676, 34_677, 32_946, 34_925, 50_000, 50_001, 52_546,
];
/** Values of some tags that mean something else. */
const values: Readonly<Record<number, readonly number[]>> = {
  258: [1, 2, 4, 8, 12, 16, 24, 32, 64, 128],
  259: compressions,
  262: [0, 1, 2, 3, 4, 5, 6, 8, 9, 32_844, 32_845],
  274: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  277: [0, 1, 2, 3, 4, 5, 64, 65_535],
  284: [1, 2, 3],
  317: [1, 2, 3, 34_892],
  339: [1, 2, 3, 4, 5, 6],
};

class Tiff {
  readonly file: Buffer;
  readonly #isBig: boolean;
  constructor(file: Buffer) {
    this.file = file;
    this.#isBig = file.toString('latin1', 0, 2) === 'MM';
  }
  get(at: number, bytes: number): number {
    if (at < 0 || at + bytes > this.file.length) return 0;
    return this.#isBig ? this.file.readUIntBE(at, bytes) : this.file.readUIntLE(at, bytes);
  }
  set(at: number, bytes: number, value: number): void {
    if (at < 0 || at + bytes > this.file.length) return;
    const fitting = (value >>> 0) % 2 ** (8 * bytes);
    if (this.#isBig) this.file.writeUIntBE(fitting, at, bytes);
    else this.file.writeUIntLE(fitting, at, bytes);
  }
  /** Where the directories begin. */
  directories(): number[] {
    const found: number[] = [];
    for (let at = this.get(4, 4); at > 0 && at + 2 < this.file.length && found.length < mostDirectories; ) {
      if (found.includes(at)) break;
      found.push(at);
      at = this.get(this.nextOf(at), 4);
    }
    return found;
  }
  countOf = (directory: number): number => this.get(directory, 2);
  nextOf = (directory: number): number => directory + 2 + entryBytes * this.countOf(directory);
}

type OfDirectory = (random: Random, tiff: Tiff, directory: number, entry: number) => void;

const value: OfDirectory = (random, tiff, _, entry) => {
  const [tag, type, count] = [tiff.get(entry, 2), tiff.get(entry + 2, 2), tiff.get(entry + 4, 4)];
  const bytes = Math.min(4, typeBytes[type] || 4);
  const isInline = bytes * count <= 4;
  const at =
    isInline || random() < 0.3 ? entry + 8 : tiff.get(entry + 8, 4) + bytes * integer(random, 0, count - 1);
  const known = values[tag];
  tiff.set(at, bytes, known && random() < 0.7 ? pick(random, known) : oddNumber(random, tiff.get(at, bytes)));
};
const tag: OfDirectory = (random, tiff, _, entry) => tiff.set(entry, 2, pick(random, tags));
const type: OfDirectory = (random, tiff, _, entry) => tiff.set(entry + 2, 2, integer(random, 0, 19));
const count: OfDirectory = (random, tiff, _, entry) =>
  tiff.set(entry + 4, 4, oddNumber(random, tiff.get(entry + 4, 4)));
/** Or twice the same. */
const swap: OfDirectory = (random, tiff, directory, entry) => {
  const { file } = tiff;
  const other = directory + 2 + entryBytes * integer(random, 0, tiff.countOf(directory) - 1);
  if (other + entryBytes > file.length) return;
  const [one, two] = [entry, other].map((at) => Buffer.from(file.subarray(at, at + entryBytes)));
  if (one) file.set(one, other);
  if (two && random() < 0.5) file.set(two, entry);
};
const entries: OfDirectory = (random, tiff, directory) =>
  tiff.set(directory, 2, oddNumber(random, tiff.countOf(directory)));
/** To itself, to another one, into the picture, or out of the file. */
const next: OfDirectory = (random, tiff, directory) =>
  tiff.set(
    tiff.nextOf(directory),
    4,
    pick(random, [
      directory,
      ...tiff.directories(),
      oddNumber(random, directory),
      integer(random, 8, tiff.file.length),
    ]),
  );
/** A directory of EXIF or of a smaller picture that is this one. */
const within: OfDirectory = (random, tiff, directory, entry) => {
  tiff.set(entry, 2, pick(random, [330, 34_665, 34_853]));
  tiff.set(entry + 2, 2, 4);
  tiff.set(entry + 4, 4, integer(random, 1, 3));
  tiff.set(entry + 8, 4, directory);
};

const mutations = [value, value, value, value, tag, type, count, count, swap, entries, next, next, within];

/** Changes an entry of a directory (TIFF 6.0, section 2), or where the next one is. */
export const mutateTiff: Mutation = (random, file) => {
  const tiff = new Tiff(file);
  const directory = pick(random, tiff.directories());
  if (directory === undefined) return file;
  for (let changes = integer(random, 1, 3); changes > 0; changes--) {
    const entry = directory + 2 + entryBytes * integer(random, 0, Math.max(0, tiff.countOf(directory) - 1));
    if (entry + entryBytes <= file.length) pick(random, mutations)(random, tiff, directory, entry);
  }
  return file;
};
