/** The part of heic-decode 2 that is used; the package brings no types. */
declare module 'heic-decode' {
  interface HeicImage {
    width: number;
    height: number;
    /** RGBA, 8 bits each. Turned and mirrored as the file says. */
    decode(): Promise<{ data: Uint8ClampedArray; width: number; height: number }>;
  }
  interface HeicImages extends Array<HeicImage> {
    dispose(): void;
  }
  const decode: { all(input: { buffer: Uint8Array }): Promise<HeicImages> };
  export default decode;
}
