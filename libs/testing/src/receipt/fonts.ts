/// <reference path="./opentype.d.ts" />
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import opentype, { type Font, type Path, type PathCommand } from 'opentype.js';
import type { FontName } from './rows.ts';

export interface FontFamily {
  regular: Font;
  bold: Font;
}

/** Parsing takes tens of milliseconds, and a font never changes. */
const families = new Map<FontName, Promise<FontFamily>>();

/** A family from its npm package, read once. VT323 has no bold, so its regular stands in. */
export function loadFont(name: FontName): Promise<FontFamily> {
  const family = families.get(name) ?? readFamily(name);
  families.set(name, family);
  return family;
}

async function readFamily(name: FontName): Promise<FontFamily> {
  const regular = await loadFace(name, 400);
  return { regular, bold: name === 'vt323' ? regular : await loadFace(name, 700) };
}

async function loadFace(name: FontName, weight: 400 | 700): Promise<Font> {
  const url = import.meta.resolve(`@fontsource/${name}/files/${name}-latin-${weight}-normal.woff`);
  const file = await readFile(fileURLToPath(url));
  const font = opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  // Printers know no ligatures, and the search for them takes time.
  font.defaultRenderOptions = { ...font.defaultRenderOptions, features: [] };
  return font;
}

/** SVG path data of an outline. The package's own `toPathData` loses some glyphs. */
export function pathData(path: Path): string {
  return path.commands.map((command) => command.type + operands(command).map((n) => n.toFixed(2))).join('');
}

function operands(command: PathCommand): number[] {
  switch (command.type) {
    case 'M':
    case 'L':
      return [command.x, command.y];
    case 'Q':
      return [command.x1, command.y1, command.x, command.y];
    case 'C':
      return [command.x1, command.y1, command.x2, command.y2, command.x, command.y];
    case 'Z':
      return [];
  }
}
