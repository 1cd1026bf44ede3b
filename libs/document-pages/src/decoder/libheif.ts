import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MainModule } from 'libheif-js/libheif-wasm/libheif.js';
import { groupsOfTheSame } from './heif-groups.ts';
import { HeifPicture } from './heif-picture.ts';

const require = createRequire(import.meta.url);

// Of libheif's heif_error.h.
const memoryAllocationError = 6;
/** A picture beyond libheif's limits, or larger than its header says. */
const securityLimitExceeded = 1000;
const errorBytes = 12;
/** For what a call returns: an error, then words. */
const scratchBytes = 128;
/** Most pictures of a file that are looked for. */
const maxPictures = 1_000;

/** Runs a call of libheif's, and returns the words that it leaves behind its error. */
export type Call = (run: (error: number, out: number) => void) => readonly number[];

/**
 * The pictures of a file, by libheif's C interface in WebAssembly. The JavaScript around it takes sizes from the
 * file's header, and lets libheif crop to what the file claims, which reads beyond the picture. Of a file nothing is
 * freed but decoded pictures, as the process ends with its document.
 */
export class Libheif {
  readonly #lib: MainModule;
  readonly #scratch: number;
  #context = 0;

  constructor() {
    // It is CommonJS without saying so in its types.
    const create: (options: {
      wasmBinary: Uint8Array;
    }) => MainModule = require('libheif-js/libheif-wasm/libheif.js');
    this.#lib = create({ wasmBinary: readFileSync(require.resolve('libheif-js/libheif-wasm/libheif.wasm')) });
    this.#scratch = this.#lib._malloc(scratchBytes);
  }

  /**
   * The main picture of a file, then those beside it: no thumbnails, tiles or auxiliary pictures, and one of those that
   * show the same.
   *
   * @throws Error if the file has no main picture.
   */
  open(bytes: Uint8Array): readonly HeifPicture[] {
    const lib = this.#lib;
    this.#context = lib._heif_context_alloc();
    const memory = lib._malloc(bytes.length);
    if (memory === 0) throw new Error('libheif is out of memory');
    lib.HEAPU8.set(bytes, memory);
    this.#call((error) => lib._heif_context_read_from_memory(error, this.#context, memory, bytes.length, 0));
    const [primary = 0] = this.#call((error, out) =>
      lib._heif_context_get_primary_image_handle(error, this.#context, out),
    );
    const first = lib._heif_image_handle_get_item_id(primary);
    const ids = [first, ...this.#topLevel().filter((id) => id !== first)];
    const groups = groupsOfTheSame(bytes);
    const isShown = (id: number, before: readonly number[]) =>
      groups.some((group) => group.has(id) && before.some((one) => group.has(one)));
    const others = ids.filter((id, at) => at > 0 && !isShown(id, ids.slice(0, at)));
    return [primary, ...others.map((id) => this.#handleOf(id))].map(
      (handle) => new HeifPicture(lib, this.#call, this.#context, handle),
    );
  }

  #handleOf(id: number): number {
    const get = this.#lib._heif_context_get_image_handle;
    const [handle = 0] = this.#call((error, out) => get(error, this.#context, id, out));
    return handle;
  }

  #topLevel(): readonly number[] {
    const list = this.#lib._malloc(4 * maxPictures);
    const count = this.#lib._heif_context_get_list_of_top_level_image_IDs(this.#context, list, maxPictures);
    return this.#words(list, count);
  }

  #words(at: number, count: number): readonly number[] {
    return [...this.#lib.HEAPU32.subarray(at >> 2, (at >> 2) + count)];
  }

  readonly #call: Call = (run) => {
    const error = this.#scratch;
    const out = error + errorBytes;
    this.#lib.HEAPU8.fill(0, error, error + scratchBytes);
    run(error, out);
    const [code = 0, subcode] = this.#words(error, 2);
    if (code === memoryAllocationError && subcode !== securityLimitExceeded) {
      throw new Error('libheif is out of memory');
    }
    if (code !== 0) throw new Error(`libheif failed with code ${code}`);
    return [...this.#lib.HEAP32.subarray(out >> 2, (error + scratchBytes) >> 2)];
  };
}
