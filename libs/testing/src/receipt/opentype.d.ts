/** The part of opentype.js 2 that the typesetter uses; the package brings no types. */
declare module 'opentype.js' {
  type PathCommand =
    | { type: 'M' | 'L'; x: number; y: number }
    | { type: 'Q'; x1: number; y1: number; x: number; y: number }
    | { type: 'C'; x1: number; y1: number; x2: number; y2: number; x: number; y: number }
    | { type: 'Z' };
  interface Path {
    commands: PathCommand[];
    getBoundingBox(): { x1: number; y1: number; x2: number; y2: number };
  }
  interface Font {
    unitsPerEm: number;
    ascender: number;
    descender: number;
    defaultRenderOptions: { features: unknown[] };
    charToGlyphIndex(character: string): number;
    getPath(text: string, x: number, y: number, size: number, options?: { kerning?: boolean }): Path;
    getAdvanceWidth(text: string, size: number, options?: { kerning?: boolean }): number;
  }
  const opentype: { parse(bytes: ArrayBuffer): Font };
  export default opentype;
  export type { Font, Path, PathCommand };
}
