import { integer, pick, type Random } from '@inkstream/testing';
import { type Mutation, mutateBytes, oddNumber } from './bytes.ts';

interface Box {
  /** Where it begins, and where what it holds does. */
  readonly at: number;
  readonly content: number;
  readonly end: number;
  readonly type: string;
}

/** Boxes that hold boxes, and how many bytes come before them (ISO/IEC 14496-12 and 23008-12). */
const holders: Readonly<Record<string, number>> = {
  ...{ meta: 4, iprp: 0, ipco: 0, dinf: 0, iinf: 6, iref: 4, grpl: 0, moov: 0, trak: 0, mdia: 0 },
};
const types = [
  ...[
    'ftyp',
    'meta',
    'hdlr',
    'pitm',
    'iloc',
    'iinf',
    'infe',
    'iprp',
    'ipco',
    'ipma',
    'iref',
    'dimg',
    'thmb',
    'auxl',
  ],
  ...[
    'hvcC',
    'av1C',
    'ispe',
    'pixi',
    'colr',
    'clap',
    'irot',
    'imir',
    'idat',
    'mdat',
    'free',
    'grid',
    'auxC',
    'grpl',
  ],
];
const deepest = 6;

/** All boxes, those that hold others before them. */
function boxesOf(file: Buffer, from = 0, to = file.length, depth = 0): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const size = file.readUInt32BE(at);
    const type = file.toString('latin1', at + 4, at + 8);
    const end = size === 0 ? to : Math.min(to, at + Math.max(8, size));
    const before = holders[type];
    found.push({ at, content: at + 8, end, type });
    if (before !== undefined && depth < deepest)
      found.push(...boxesOf(file, at + 8 + before, end, depth + 1));
    at = end;
  }
  return found;
}

type OfBox = (random: Random, file: Buffer, box: Box, boxes: readonly Box[]) => void;

const size: OfBox = (random, file, { at }) => {
  file.writeUInt32BE(oddNumber(random, file.readUInt32BE(at)), at);
};
const rename: OfBox = (random, file, { at }) => {
  file.write(pick(random, types), at + 4, 'latin1');
};
/** A number anywhere in it: sizes, counts, places and lengths of items, properties of items. */
const number: OfBox = (random, file, { content, end }) => {
  const bytes = pick(random, [1, 2, 2, 4, 4]);
  if (end - content < bytes) return;
  const at = integer(random, content, end - bytes);
  file.writeUIntBE(oddNumber(random, file.readUIntBE(at, bytes)) % 2 ** (8 * bytes), at, bytes);
};
/** Another box in its place; what is left of its room is free. */
const replace: OfBox = (random, file, { at, end }, boxes) => {
  const other = pick(random, boxes);
  const copy = Buffer.from(file.subarray(other.at, other.end));
  const room = end - at - copy.length;
  if (room !== 0 && room < 8) return;
  file.set(copy, at);
  if (room === 0) return;
  file.writeUInt32BE(room, at + copy.length);
  file.write('free', at + copy.length + 4, 'latin1');
};
const bytes: OfBox = (random, file, { content, end }) => {
  if (end <= content) return;
  const mutated = mutateBytes(random, Buffer.from(file.subarray(content, end)));
  file.set(mutated.subarray(0, end - content), content);
};
/** Holds itself: the box is the first of what it holds, and so on. */
const nest: OfBox = (random, file, { at, end }) => {
  const type = pick(random, Object.keys(holders));
  for (let place = at; place + 12 <= end; place += 8 + (holders[type] ?? 0)) {
    file.writeUInt32BE(end - place, place);
    file.write(type, place + 4, 'latin1');
  }
};

const mutations = [size, rename, number, number, number, number, number, replace, replace, bytes, nest];

/** Changes boxes of a HEIC or AVIF so that all that comes after them stays where it is said to be. */
export const mutateBoxes: Mutation = (random, file) => {
  const boxes = boxesOf(file);
  if (boxes.length === 0) return file;
  // The picture's own data are the longest, and the least likely to be chosen.
  for (let changes = integer(random, 1, 3); changes > 0; changes--)
    pick(random, mutations)(random, file, pick(random, boxes), boxes);
  return file;
};
