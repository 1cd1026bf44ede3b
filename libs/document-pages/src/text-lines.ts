import type { TextLine } from './page-image.ts';

/** Of the text of a page, on its way from the decoder's process. */
export const MOST_TEXT_BYTES = 4 * 2 ** 20;
const MOST_LINES = 20_000;
const MOST_LETTERS = 1000;
const FONT = /^[\x20-\x7e]{0,128}$/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;

/** Text as it is sent: JSON; none rather than too much of it. */
export function packText(lines: readonly TextLine[]): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(lines));
  return lines.length <= MOST_LINES && bytes.length <= MOST_TEXT_BYTES ? bytes : new Uint8Array();
}

/** The text that was sent, boxes brought onto the page; null if it makes no sense: whoever sent it is not trusted. */
export function unpackText(
  bytes: Uint8Array,
  page: { readonly width: number; readonly height: number },
): readonly TextLine[] | null {
  if (bytes.length === 0) return [];
  const lines = parsed(bytes);
  if (!Array.isArray(lines) || lines.length > MOST_LINES) return null;
  const checked = lines.map((line: unknown) => lineOf(line, page));
  if (!checked.every((line) => line !== null)) return null;
  return checked.filter(({ box: [left, top, right, bottom] }) => left < right && top < bottom);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    return null;
  }
}

function lineOf(line: unknown, { width, height }: { width: number; height: number }): TextLine | null {
  if (typeof line !== 'object' || line === null) return null;
  const { text, box, font, undrawn }: Record<string, unknown> = { ...line };
  if (typeof text !== 'string' || text.length > MOST_LETTERS || CONTROL.test(text)) return null;
  if (typeof font !== 'string' || !FONT.test(font) || !Array.isArray(box)) return null;
  const [left, top, right, bottom]: unknown[] = box;
  const on = (value: unknown, limit: number) => Math.min(limit, Math.max(0, Math.round(Number(value))));
  const placed = [on(left, width), on(top, height), on(right, width), on(bottom, height)] as const;
  if (!placed.every(Number.isInteger)) return null;
  return { text, box: placed, font, ...(undrawn === true && { undrawn }) };
}
