import { constants, deflateRawSync } from 'node:zlib';

const segmentLength = 2 ** 20;

/**
 * So many zero bytes in zlib's format (RFC 1950), a thousandth of their length. One segment is compressed and repeated,
 * so that neither time nor memory is needed.
 */
export function deflatedZeros(length: number): Buffer {
  const segment = deflateRawSync(Buffer.alloc(segmentLength), {
    level: 9,
    finishFlush: constants.Z_FULL_FLUSH,
  });
  const segments = Array.from({ length: Math.floor(length / segmentLength) }, () => segment);
  const rest = deflateRawSync(Buffer.alloc(length % segmentLength), { level: 9 });
  const adler32 = Buffer.alloc(4);
  adler32.writeUInt16BE(length % 65_521, 0);
  adler32.writeUInt16BE(1, 2);
  return Buffer.concat([Buffer.of(0x78, 0xda), ...segments, rest, adler32]);
}
