import { integer, mulberry32, pick, type Random } from '@inkstream/testing';
import { documentFormat } from '../../document-format.ts';
import { mutateBoxes } from './mutations/boxes.ts';
import { type Mutation, mutateBytes, splice } from './mutations/bytes.ts';
import { type Container, mutateChunks } from './mutations/chunks.ts';
import { gif, jpeg, png, webp } from './mutations/containers.ts';
import { mutatePdf } from './mutations/pdf.ts';
import { mutateTiff } from './mutations/tiff.ts';

/** A file that is whole, and from which others are made. */
export interface Whole {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const container = (of: Container): Mutation => mutateChunks(of);
const byFormat: Readonly<Record<string, Mutation>> = {
  ...{ pdf: mutatePdf, tiff: mutateTiff, heic: mutateBoxes, avif: mutateBoxes },
  ...{ jpeg: container(jpeg), png: container(png), webp: container(webp), gif: container(gif) },
};

/** The share of files whose structure is changed, of all. */
const structural = 0.75;
const spliced = 0.04;

/** The mutated file of a number, from 0: the same for the same seed, whatever was made before. */
export function inputOf(
  wholes: readonly Whole[],
  seed: number,
  number: number,
): { name: string; bytes: Buffer } {
  const random = randomOf(seed, number);
  const { name, bytes: whole } = pick(random, wholes);
  let bytes: Buffer = Buffer.from(whole);
  if (random() < spliced) bytes = splice(random, bytes, Buffer.from(pick(random, wholes).bytes));
  const ofFormat = byFormat[documentFormat(whole) ?? ''] ?? mutateBytes;
  for (let count = pick(random, [1, 1, 1, 2, 3]); count > 0; count--)
    bytes = (random() < structural ? ofFormat : mutateBytes)(random, bytes);
  return { name, bytes };
}

/** A sequence of its own for each input. */
function randomOf(seed: number, number: number): Random {
  const start = integer(mulberry32(seed), 0, 0xffff_ffff);
  return mulberry32(Math.imul(start ^ number, 0x9e37_79b1) ^ number);
}
