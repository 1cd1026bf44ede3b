import { crc32 } from 'node:zlib';
import { integer, pick, type Random } from '@inkstream/testing';
import { withAperture } from './fixture.ts';
import type { MarkedFormat } from './marker.ts';

type Mutation = (random: Random, file: Buffer) => Buffer;

/** The file, most often with something wrong in it: what it claims of sizes above all. */
export function mutate(random: Random, format: MarkedFormat, file: Uint8Array): Buffer {
  const own: Mutation[] = ownMutations[format] ?? [];
  const mutations = [truncate, bytes, size, size, ...own, ...own];
  let mutated = Buffer.from(file);
  for (let count = integer(random, 0, 2); count > 0; count--) {
    mutated = Buffer.from(pick(random, mutations)(random, mutated));
  }
  return mutated;
}

const truncate: Mutation = (random, file) => file.subarray(0, integer(random, file.length >> 2, file.length));

const bytes: Mutation = (random, file) => {
  for (let i = integer(random, 1, 8); i > 0; i--) {
    file[integer(random, 0, file.length - 1)] = integer(random, 0, 255);
  }
  return file;
};

/** The sizes of `otherDocument`, as headers hold them. */
const sizes = [63, 64, 72, 392, 400];

/** Raises a size, in any of the forms that headers have them in, wherever it seems to be one. */
const size: Mutation = (random, file) => {
  const writers = [
    (value: number) => Buffer.of(value & 255, value >> 8),
    (value: number) => Buffer.of(value >> 8, value & 255),
    (value: number) => Buffer.of(0, 0, value >> 8, value & 255),
    (value: number) => Buffer.of(value & 255, value >> 8, 0, 0),
  ];
  const places = sizes.flatMap((value) =>
    writers.flatMap((write) => {
      const at = file.subarray(0, 2000).indexOf(write(value));
      return at < 0 ? [] : [{ at, write, value }];
    }),
  );
  if (places.length === 0) return file;
  const { at, write, value } = pick(random, places);
  file.set(write(pick(random, [value * 2, value * 5, value + 1, value - 1, 2400, 65_535])), at);
  return file;
};

const aperture: Mutation = (random, file) =>
  file.includes('clap') && file.indexOf('clap') < file.length - 40
    ? withAperture(
        file,
        400,
        pick(random, [62, 64, 65, 1200, 2400, 5000, integer(random, 1000, 9000), 2 ** 31]),
      )
    : file;

/** Claims another size in a PNG's header, whose checksum is right. */
const header: Mutation = (random, file) => {
  if (file.length < 33) return file;
  file.writeUInt32BE(integer(random, 1, 800), pick(random, [16, 20]));
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29);
  return file;
};

/** Replaces a number of the text by one of as many digits. */
const decimal: Mutation = (random, file) => {
  const numbers = [...file.toString('latin1').matchAll(/(?<=[ [])\d+(?=[ \]\n])/g)];
  if (numbers.length === 0) return file;
  const { index, 0: digits } = pick(random, numbers);
  file.write(pick(random, ['9', '0', '1', '7']).repeat(digits.length), index, 'latin1');
  return file;
};

const ownMutations: Partial<Record<MarkedFormat, Mutation[]>> = {
  heic: [aperture, aperture, aperture, aperture],
  pdf: [decimal],
  png: [header, header],
};
