import { deflateSync } from 'node:zlib';
import type { BadFile } from './bad-files.ts';
import { deflatedZeros } from './deflated-zeros.ts';
import { pdfOf, pdfStream } from './pdf-file.ts';

/** A valid PDF of one page, 200 x 200 points. Further objects are numbered from 5. */
function pageBomb(name: string, content: string, resources = '', objects: string[] = []): BadFile {
  const page = `/Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << ${resources} >> /Contents 4 0 R`;
  const bytes = pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< ${page} >>`,
    content.length < 1000
      ? pdfStream('', Buffer.from(content))
      : pdfStream('/Filter /FlateDecode', deflateSync(content, { level: 9 })),
    ...objects,
  ]);
  return { name: `${name}.pdf`, bytes };
}

/** Less than 600 bytes: one line, dashed a hundred thousand times in each point of its length. */
export const dashBomb = (): BadFile => pageBomb('dashes', '[.00001] 0 d 0 0 m 99999999 99 l S');

/** Millions of path operators: each rectangle becomes an object in memory. */
export const pathBomb = (operators = 5_000_000): BadFile =>
  pageBomb('paths', '0 0 9 9 re f\n'.repeat(operators / 2));

/** A form that is drawn so many times: each becomes an object in memory. */
export const formBomb = (times = 1_000_000): BadFile =>
  pageBomb('forms', '/F Do\n'.repeat(times), '/XObject << /F 5 0 R >>', [
    pdfStream('/Type /XObject /Subtype /Form /BBox [0 0 200 200]', Buffer.from('0 0 9 9 re f')),
  ]);

/** Transparency groups, each of which holds the next one three times: 3^depth are drawn. */
export function groupBomb(depth = 7): BadFile {
  const form = (resources: string, content: string) =>
    pdfStream(
      `/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Group << /S /Transparency /I true /K true >> /Resources << ${resources} >>`,
      Buffer.from(content),
    );
  const state = '/ExtGState << /G << /ca .5 /BM /Multiply >> >>';
  const groups = Array.from({ length: depth }, (_, i) =>
    form(`${state} /XObject << /F ${6 + i} 0 R >>`, '/G gs /F Do /F Do /F Do'),
  );
  return pageBomb('groups', '/G gs /F Do', `${state} /XObject << /F 5 0 R >>`, [
    ...groups,
    form(state, '/G gs 0 0 200 200 re f'),
  ]);
}

/** A pattern that repeats every hundredth of a point, and each tile is filled with another such pattern. */
export const tilingBomb = (): BadFile => {
  const tile = (step: number, resources: string, content: string) =>
    pdfStream(
      `/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 200 200] /XStep ${step} /YStep ${step} /Resources << ${resources} >>`,
      Buffer.from(content),
    );
  const fill = '/Pattern cs /P scn 0 0 200 200 re f';
  return pageBomb('tiles', fill, '/Pattern << /P 5 0 R >>', [
    tile(0.01, '/Pattern << /P 6 0 R >>', fill),
    tile(0.01, '', '1 0 0 rg 0 0 100 100 re f 0 1 0 rg 50 50 100 100 re f'),
  ]);
};

/** A picture of 4 million pixels, drawn so many times. */
export const repeatedImageBomb = (times = 3000, side = 2000): BadFile =>
  pageBomb('images', 'q 200 0 9 199 0 0 cm /I Do Q\n'.repeat(times), '/XObject << /I 5 0 R >>', [
    pdfStream(
      `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode`,
      deflatedZeros(3 * side * side),
    ),
  ]);

/** Shadings whose colour a PostScript calculator computes again for each pixel. */
export function shadingBomb(steps = 20_000, times = 200): BadFile {
  const program = `{ ${'exch sin exch cos '.repeat(steps)} 0 }`;
  return pageBomb('shadings', '/S sh\n'.repeat(times), '/Shading << /S 5 0 R >>', [
    '<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 200 0 200] /Function 6 0 R >>',
    pdfStream(
      '/FunctionType 4 /Domain [0 200 0 200] /Range [0 1 0 1 0 1] /Filter /FlateDecode',
      deflateSync(program, { level: 9 }),
    ),
  ]);
}
