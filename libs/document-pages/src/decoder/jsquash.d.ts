/** The part of `@jsquash/jxl`'s decoder that is used; its own types name what only browsers have. */
declare module '@jsquash/jxl/codec/dec/jxl_dec.js' {
  interface Picture {
    /** RGBA. */
    readonly data: Uint8ClampedArray;
    readonly width: number;
    readonly height: number;
  }
  const create: (options: {
    readonly wasmBinary: Uint8Array;
  }) => Promise<{ decode(file: Uint8Array): Picture | null }>;
  export default create;
}

/** The encoder, for tests. */
declare module '@jsquash/jxl/codec/enc/jxl_enc.js' {
  const create: (options: { readonly wasmBinary: Uint8Array }) => Promise<{
    encode(rgba: Uint8ClampedArray, width: number, height: number, options: object): Uint8Array | null;
  }>;
  export default create;
}
declare module '@jsquash/jxl/meta.js' {
  export const defaultOptions: object;
}
