import { integer, pick, type Random } from '@inkstream/testing';

/** Names, numbers, strings, operators and brackets, in dictionaries and in what is drawn. */
const tokens = /\/[^\s/<>[\]()]*|[+-]?[\d.]+|<<|>>|[[\]]|\([^()]{0,200}\)|[A-Za-z*'"]+/g;

const numbers = [
  ...[
    '0',
    '-1',
    '1',
    '2',
    '3',
    '0.5',
    '-0.5',
    '.00001',
    '1e9',
    '--5',
    '1.2.3',
    '.',
    '65535',
    '65536',
    '16777216',
  ],
  ...[
    '2147483647',
    '2147483648',
    '-2147483648',
    '4294967295',
    '4294967296',
    '9'.repeat(30),
    `-${'9'.repeat(40)}.9`,
  ],
];
const names = [
  ...[
    'Page',
    'Pages',
    'Catalog',
    'XObject',
    'Image',
    'Form',
    'Font',
    'Type0',
    'Type1',
    'Type3',
    'TrueType',
    'CIDFontType2',
  ],
  ...[
    'DeviceGray',
    'DeviceRGB',
    'DeviceCMYK',
    'CalRGB',
    'Lab',
    'ICCBased',
    'Indexed',
    'Separation',
    'DeviceN',
    'Pattern',
  ],
  ...[
    'FlateDecode',
    'DCTDecode',
    'JPXDecode',
    'JBIG2Decode',
    'CCITTFaxDecode',
    'LZWDecode',
    'RunLengthDecode',
    'Crypt',
  ],
  ...[
    'Kids',
    'Parent',
    'Count',
    'Contents',
    'Resources',
    'MediaBox',
    'CropBox',
    'Rotate',
    'UserUnit',
    'Annots',
    'AcroForm',
  ],
  ...[
    'Fields',
    'AP',
    'N',
    'Rect',
    'BBox',
    'Matrix',
    'Subtype',
    'Type',
    'Length',
    'Filter',
    'DecodeParms',
    'Width',
    'Height',
  ],
  ...[
    'BitsPerComponent',
    'ColorSpace',
    'SMask',
    'Mask',
    'Decode',
    'Encoding',
    'ToUnicode',
    'FirstChar',
    'Widths',
    'DescendantFonts',
  ],
  ...[
    'Names',
    'EmbeddedFiles',
    'EF',
    'F',
    'Collection',
    'OCProperties',
    'Group',
    'ExtGState',
    'Identity-H',
    'FreeText',
    'Stamp',
    'Tx',
  ],
];
/** What may stand in a dictionary; # is the number of an object. */
const entries = [
  ...[
    '/Kids [# 0 R # 0 R # 0 R]',
    '/Parent # 0 R',
    '/Count 2147483647',
    '/Contents [# 0 R # 0 R]',
    '/Resources # 0 R',
  ],
  ...[
    '/MediaBox [0 0 1e9 1e9]',
    '/MediaBox [0 0 0 0]',
    '/MediaBox [9 9 -9 -9]',
    '/MediaBox [0 0 14400 14400]',
    '/CropBox [0 0 1 99999]',
  ],
  ...[
    '/Rotate 45',
    '/Rotate -90',
    '/UserUnit 100000',
    '/UserUnit -1',
    '/SMask # 0 R',
    '/Mask # 0 R',
    '/Mask [0 255]',
    '/ImageMask true',
  ],
  ...[
    '/Decode [1 0 1 0 1 0]',
    '/Matrix [1e9 0 0 1e-9 0 0]',
    '/Matrix [0 0 0 0 0 0]',
    '/BBox [-1e9 -1e9 1e9 1e9]',
    '/Width 60000',
    '/Height 60000',
  ],
  ...[
    '/ColorSpace [/Indexed # 0 R 255 # 0 R]',
    '/ColorSpace [/ICCBased # 0 R]',
    '/ColorSpace [/Separation /X # 0 R # 0 R]',
    '/ColorSpace /Pattern',
  ],
  ...[
    '/BitsPerComponent 16',
    '/BitsPerComponent 3',
    '/XStep .0001 /YStep .0001',
    '/Annots [# 0 R # 0 R]',
    '/AP << /N # 0 R >>',
  ],
  ...[
    '/Group << /S /Transparency /CS /DeviceCMYK /I true /K true >>',
    '/Names << /EmbeddedFiles # 0 R >>',
    '/EF << /F # 0 R >>',
    '/Encrypt # 0 R',
  ],
];
const operators = [
  ...[
    'q',
    'Q',
    'cm',
    'w',
    'J',
    'd',
    'gs',
    'm',
    'l',
    'c',
    're',
    'h',
    'S',
    'f',
    'f*',
    'B',
    'n',
    'W',
    'BT',
    'ET',
    'Tc',
    'Tw',
    'Tz',
    'Tf',
  ],
  ...[
    'Tr',
    'Td',
    'Tm',
    'Tj',
    'TJ',
    'cs',
    'scn',
    'sh',
    'Do',
    'BI',
    'ID',
    'EI',
    'BMC',
    'EMC',
    'd0',
    'd1',
    'obj',
    'R',
    'null',
    'true',
    'stream',
  ],
];

type Change = (random: Random, token: string, objects: number) => string;

const object = (random: Random, objects: number) => String(integer(random, 1, objects));
const number: Change = (random, token) =>
  pick(random, [
    () => pick(random, numbers),
    () => String(Number(token) + integer(random, -2, 2)),
    () => String(Number(token) * integer(random, 2, 100)),
    () => String(-Number(token)),
  ])();
const entry: Change = (random, token, objects) =>
  `${token} ${pick(random, entries).replaceAll('#', () => object(random, objects))} `;
const nested: Change = (random, token) => {
  const times = pick(random, [1, 2, 30, 600, 5000]);
  return token === '[' ? '['.repeat(times) : '<< /Kids '.repeat(times) + token;
};
const text: Change = (random, token) =>
  pick(random, [
    `(${token})`,
    '()',
    `(${'A'.repeat(70_000)})`,
    '(\\377\\376\\000)',
    token.slice(1),
    '<41',
    '(((',
  ]);

/** What is done to a token depends on what it is. */
function changed(random: Random, token: string, objects: number): string {
  if (/^[+-]?[\d.]/.test(token))
    return random() < 0.2 ? object(random, objects) : number(random, token, objects);
  if (token.startsWith('/')) return `/${pick(random, names)}`;
  if (token === '<<') return random() < 0.9 ? entry(random, token, objects) : nested(random, token, objects);
  if (token === '[')
    return random() < 0.7 ? `${token} ${pick(random, numbers)} ` : nested(random, token, objects);
  if (token.startsWith('(')) return text(random, token, objects);
  return random() < 0.7 && token !== '>>' && token !== ']' ? pick(random, operators) : '';
}

/** Changes a few tokens of a dictionary or of what is drawn, or leaves out, repeats or swaps them. */
export function mutateText(random: Random, source: string, objects: number): string {
  const found = [...source.matchAll(tokens)];
  if (found.length === 0) return source;
  let mutated = source;
  const { index, 0: token } = pick(random, found);
  const replaced = pick(random, [
    ...Array.from({ length: 8 }, () => () => changed(random, token, objects)),
    () => '',
    () => `${token} `.repeat(pick(random, [2, 3, 2000])),
    () => pick(random, found)[0],
  ])();
  mutated = source.slice(0, index) + replaced + source.slice(index + token.length);
  return random() < 0.3 ? mutateText(random, mutated, objects) : mutated;
}
