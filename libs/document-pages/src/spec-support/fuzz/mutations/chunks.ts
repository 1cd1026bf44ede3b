import { integer, pick, type Random } from '@inkstream/testing';
import { type Mutation, mutateBytes, oddNumber } from './bytes.ts';

/** A part of a file: its type, and what it holds. */
export interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** How a file is taken apart, and put together with sizes and checksums that are right. */
export interface Container {
  /** Nothing if it is no such file. */
  read(file: Buffer): Chunk[];
  write(chunks: readonly Chunk[]): Buffer;
  /** Types that a chunk may be called. */
  readonly types: readonly string[];
  /** Changes what a chunk of the type holds, deeper than bytes. */
  readonly inside?: Readonly<Record<string, Mutation>>;
}

/** Changes a number at a place where one may be: the beginning of a chunk, where headers have them. */
const header: Mutation = (random, data) => {
  if (data.length < 2) return data;
  const at = integer(random, 0, Math.min(data.length - 2, 24));
  const bytes = Math.min(data.length - at, pick(random, [1, 2, 2, 4]));
  const [isBig, value] = [random() < 0.5, oddNumber(random, data[at])];
  if (isBig) data.writeUIntBE(value % 2 ** (8 * bytes), at, bytes);
  else data.writeUIntLE(value % 2 ** (8 * bytes), at, bytes);
  return data;
};

type OfChunks = (random: Random, chunks: Chunk[], at: number, container: Container) => void;

const content: OfChunks = (random, chunks, at, { inside }) => {
  const { type, data } = chunks[at] as Chunk;
  const mutate = pick(random, [mutateBytes, header, header, inside?.[type] ?? header]);
  chunks[at] = { type, data: mutate(random, Buffer.from(data)) };
};
const rename: OfChunks = (random, chunks, at, { types }) => {
  chunks[at] = { ...(chunks[at] as Chunk), type: pick(random, types) };
};
const remove: OfChunks = (_, chunks, at) => {
  chunks.splice(at, 1);
};
const again: OfChunks = (random, chunks, at) => {
  const copies = Array.from({ length: pick(random, [1, 1, 2, 200]) }, () => chunks[at] as Chunk);
  chunks.splice(integer(random, 0, chunks.length), 0, ...copies);
};
const move: OfChunks = (random, chunks, at) => {
  chunks.splice(integer(random, 0, chunks.length - 1), 0, ...chunks.splice(at, 1));
};
const insert: OfChunks = (random, chunks, at, { types }) => {
  const data = Buffer.from(Array.from({ length: integer(random, 0, 64) }, () => integer(random, 0, 255)));
  chunks.splice(at, 0, { type: pick(random, types), data });
};

const mutations = [content, content, content, content, content, rename, remove, again, move, insert];

/** Changes the chunks of a file, so that what holds them is right. */
export const mutateChunks =
  (container: Container): Mutation =>
  (random, file) => {
    const chunks = container.read(file);
    for (let changes = integer(random, 1, 3); changes > 0 && chunks.length > 0; changes--)
      pick(random, mutations)(random, chunks, integer(random, 0, chunks.length - 1), container);
    return chunks.length > 0 ? container.write(chunks) : file;
  };
