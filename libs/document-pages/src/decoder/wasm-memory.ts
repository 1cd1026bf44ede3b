/** The part of WebAssembly.Memory that is used; pages are 64 KiB. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: { readonly Memory: { readonly prototype: Memory } };

const pageBytes = 65_536;
/** Of the process's memory; the rest is for Node, the document and the page. */
const wasmShare = 0.8;

/** Most bytes that WebAssembly may have in a process of `memoryMb` MiB. */
export const wasmBytesOf = (memoryMb: number): number => memoryMb * wasmShare * 2 ** 20;

let exhausted = false;

/**
 * Whether a decoder in WebAssembly asked for more memory than it may have. Whatever it says of the document then,
 * that is why.
 */
export const wasmMemoryIsExhausted = (): boolean => exhausted;

/**
 * Limits the memory that WebAssembly may grow to, in a process of `memoryMb` MiB. It is asked for a fifth more than is
 * needed, so that the limit sets in a little early.
 */
export function limitWasmMemory(memoryMb: number): void {
  const maxBytes = wasmBytesOf(memoryMb);
  const memory = WebAssembly.Memory.prototype;
  const { grow } = memory;
  memory.grow = function (this: Memory, pages: number): number {
    exhausted ||= this.buffer.byteLength + pages * pageBytes > maxBytes;
    if (exhausted) throw new RangeError('WebAssembly has used up its memory');
    try {
      return grow.call(this, pages);
    } catch (error) {
      exhausted = true;
      throw error;
    }
  };
}
