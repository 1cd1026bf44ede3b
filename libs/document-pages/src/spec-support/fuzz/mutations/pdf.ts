import { deflateSync } from 'node:zlib';
import { integer, pick, type Random } from '@inkstream/testing';
import { type Mutation, mutateBytes, oddNumber } from './bytes.ts';
import { type PdfFile, type PdfObject, readPdf, writePdf } from './pdf-file.ts';
import { mutateText } from './pdf-text.ts';

/** Of the characters at the beginning of what is text. */
const printable = /^[\t\r\n\x20-\x7e]{0,64}$/;

/** Streams that say how they are coded, in ways that are rare, nested or wrong (ISO 32000-1, 7.4). */
const codings: readonly ((data: Buffer) => { filter: string; data: Buffer })[] = [
  (data) => ({ filter: '[/FlateDecode /FlateDecode]', data: deflateSync(deflateSync(data)) }),
  (data) => ({
    filter: '[/ASCIIHexDecode /FlateDecode]',
    data: Buffer.from(`${deflateSync(data).toString('hex')}>`),
  }),
  (data) => ({ filter: `[${'/FlateDecode '.repeat(300)}]`, data: deflateSync(data) }),
  (data) => ({ filter: '/ASCII85Decode', data }),
  (data) => ({ filter: '/LZWDecode', data }),
  (data) => ({ filter: '/RunLengthDecode', data }),
  (data) => ({ filter: '/DCTDecode', data }),
  (data) => ({ filter: '/JPXDecode', data }),
  (data) => ({ filter: '/JBIG2Decode', data }),
  (data) => ({ filter: '/CCITTFaxDecode /DecodeParms << /K -1 /Columns 1728 >>', data }),
  (data) => ({ filter: '/CCITTFaxDecode /DecodeParms << /K 4 /Columns 99999999 /Rows 65535 >>', data }),
  (data) => ({
    filter: '/FlateDecode /DecodeParms << /Predictor 15 /Columns 1000 /Colors 32 /BitsPerComponent 16 >>',
    data: deflateSync(data),
  }),
  (data) => ({
    filter: '/FlateDecode /DecodeParms << /Predictor 2 /Columns 2147483647 /Colors 4 >>',
    data: deflateSync(data),
  }),
  (data) => ({ filter: '/Crypt', data }),
];

type OfObjects = (random: Random, file: PdfFile, object: PdfObject) => void;

const text: OfObjects = (random, { objects }, object) => {
  object.text = mutateText(random, object.text, objects.length);
};
const stream: OfObjects = (random, { objects }, object) => {
  if (!object.data || object.data.length === 0) return;
  const isText = printable.test(object.data.toString('latin1', 0, 64));
  object.data =
    isText && random() < 0.8
      ? Buffer.from(mutateText(random, object.data.toString('latin1'), objects.length), 'latin1')
      : mutateBytes(random, object.data);
};
const coding: OfObjects = (random, _, object) => {
  if (!object.data || object.text.includes('/Filter')) return;
  const { filter, data } = pick(random, codings)(object.data);
  object.text = object.text.replace('<<', `<< /Filter ${filter} `);
  object.data = data;
};
/** Another object's place: references lead to what they were not made for, and to themselves. */
const number: OfObjects = (random, { objects }, object) => {
  const other = pick(random, objects);
  [object.number, other.number] = [other.number, object.number];
};
const again: OfObjects = (random, { objects }, object) => {
  objects.splice(integer(random, 0, objects.length), 0, { ...object });
};
const remove: OfObjects = (_, { objects }, object) => {
  objects.splice(objects.indexOf(object), 1);
};
const replace: OfObjects = (random, { objects }, object) => {
  const { text: other, data } = pick(random, objects);
  object.text = other;
  if (data) object.data = data;
};
const trailer: OfObjects = (random, file) => {
  file.trailer = mutateText(random, file.trailer, file.objects.length);
};

const mutations = [
  ...[text, text, text, text, text, stream, stream, stream, stream],
  coding,
  number,
  again,
  remove,
  replace,
  trailer,
];

/** Now and then something else than what is right. */
const rarely = (random: Random, share: number) => (right: number) =>
  random() < share ? oddNumber(random, right) : right;

/** Changes objects and what their streams hold, and codes these anew, so that a reader gets as far as what was changed. */
export const mutatePdf: Mutation = (random, bytes) => {
  const file = readPdf(bytes);
  if (!file) return mutateBytes(random, bytes);
  for (let changes = integer(random, 1, 4); changes > 0 && file.objects.length > 1; changes--)
    pick(random, mutations)(random, file, pick(random, file.objects));
  const share = pick(random, [0, 0, 0, 0.1]);
  return writePdf(file, { offset: rarely(random, share), length: rarely(random, share) });
};
