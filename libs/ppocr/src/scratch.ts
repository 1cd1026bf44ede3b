/**
 * A buffer of floats that is kept from call to call and only ever grows, so that page after page allocates
 * nothing. What it returns is overwritten by the next call.
 */
export class FloatScratch {
  #buffer = new Float32Array(0);

  /** A view of `length` floats with whatever was in them. */
  take(length: number): Float32Array {
    if (this.#buffer.length < length) this.#buffer = new Float32Array(Math.ceil(length * 1.1));
    return this.#buffer.subarray(0, length);
  }
}
