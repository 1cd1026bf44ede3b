import { createCipheriv, createHash } from 'node:crypto';
import type { BadFile } from './bad-files.ts';
import { deflatedZeros } from './deflated-zeros.ts';
import { pdfOf, pdfStream } from './pdf-file.ts';
import { integer, type Random } from './random.ts';

/** Begins as a PDF and goes on with bytes that mean nothing. */
export const garbagePdf = (random: Random, length = 4096): BadFile => ({
  name: 'garbage.pdf',
  bytes: Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBuffer(random, length)]),
});

/**
 * A page with these lines, blank by default, that opens with its password only: AES-256, revision 5 of the standard
 * security handler (Adobe Supplement to ISO 32000, BaseVersion 1.7, ExtensionLevel 3, section 3.5). There is no string
 * outside the encryption dictionary, so that the page's stream alone needs encrypting.
 */
export function encryptedPdf(
  random: Random,
  password = 'open sesame',
  lines: readonly string[] = [],
): BadFile {
  const fileKey = randomBuffer(random, 32);
  const user = keyEntries(password, fileKey, Buffer.alloc(0), random);
  const owner = keyEntries(`owner of ${password}`, fileKey, user.check, random);
  const encryption = [
    '/Filter /Standard /V 5 /R 5 /Length 256 /P -4',
    '/CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /StdCF /StrF /StdCF',
    `/U ${hex(user.check)} /UE ${hex(user.wrappedKey)} /O ${hex(owner.check)} /OE ${hex(owner.wrappedKey)}`,
    `/Perms ${hex(permissions(fileKey, random))}`,
  ];
  const bytes = pdfOf(
    [
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 400] /Contents 5 0 R /Resources << /Font << /F 6 0 R >> >> >>',
      `<< ${encryption.join('\n')} >>`,
      pdfStream('', encryptedStream(contentOf(lines), fileKey, random)),
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ],
    `/Encrypt 4 0 R /ID [${hex(randomBuffer(random, 16))} ${hex(randomBuffer(random, 16))}]`,
  );
  return { name: 'encrypted.pdf', bytes };
}

const contentOf = (lines: readonly string[]): string =>
  lines.map((line, at) => `BT /F 14 Tf 18 ${360 - 24 * at} Td (${line}) Tj ET`).join('\n');

/** The initialisation vector, then the bytes (algorithm 3.1a). */
function encryptedStream(content: string, fileKey: Buffer, random: Random): Buffer {
  const vector = randomBuffer(random, 16);
  const cipher = createCipheriv('aes-256-cbc', fileKey, vector);
  return Buffer.concat([vector, cipher.update(content), cipher.final()]);
}

/** A small valid PDF with a picture of `side`² grey pixels, 900 MB by default, on a small page. */
export function pdfBomb(side = 30_000): BadFile {
  const picture = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceGray /BitsPerComponent 8`;
  const bytes = pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /XObject << /Bomb 4 0 R >> >> /Contents 5 0 R >>',
    pdfStream(`${picture} /Filter /FlateDecode`, deflatedZeros(side * side)),
    pdfStream('', Buffer.from('200 0 0 200 0 0 cm /Bomb Do')),
  ]);
  return { name: 'bomb.pdf', bytes };
}

/** The proof that a password is right, and the file's key wrapped with it (algorithms 3.8 and 3.9). */
function keyEntries(
  password: string,
  fileKey: Buffer,
  userCheck: Buffer,
  random: Random,
): { check: Buffer; wrappedKey: Buffer } {
  const validationSalt = randomBuffer(random, 8);
  const keySalt = randomBuffer(random, 8);
  const hash = (salt: Buffer) =>
    createHash('sha256').update(password).update(salt).update(userCheck).digest();
  const cipher = createCipheriv('aes-256-cbc', hash(keySalt), Buffer.alloc(16)).setAutoPadding(false);
  return {
    check: Buffer.concat([hash(validationSalt), validationSalt, keySalt]),
    wrappedKey: Buffer.concat([cipher.update(fileKey), cipher.final()]),
  };
}

/** Permissions −4 (all granted) in a form that cannot be altered without the key (algorithm 3.10). */
function permissions(fileKey: Buffer, random: Random): Buffer {
  const plain = Buffer.concat([
    Buffer.from([0xfc, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from('Tadb'),
    randomBuffer(random, 4),
  ]);
  const cipher = createCipheriv('aes-256-ecb', fileKey, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(plain), cipher.final()]);
}

const hex = (bytes: Buffer): string => `<${bytes.toString('hex')}>`;

const randomBuffer = (random: Random, length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => integer(random, 0, 255)));
