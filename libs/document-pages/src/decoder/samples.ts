import type { Sharp } from 'sharp';
import type { Channels, PageImage } from '../page-image.ts';

/** Ranges of samples, by the highest that there is: of fractions, of bytes and of words. */
const RANGES = [1, 255, 65_535];
/** What rounding adds to the highest sample of a range. */
const SLACK = 1.01;
/** Of a range of which so little is used nothing would be seen. */
const LEAST_USED = 1 / 8;

/**
 * Ends a sharp pipeline whose samples are of no fixed range (floating point, 32 bits): the range follows from the
 * highest one; one that is none of the usual is stretched.
 */
export async function fromSamples(image: Sharp, channels: Channels): Promise<PageImage<Channels>> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const samples = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  const [low, high] = boundsOf(samples);
  const isUsed = (top: number) => low >= 0 && high <= top * SLACK && high >= top * LEAST_USED;
  const range = RANGES.find(isUsed);
  const [from, to] = range === undefined ? [low, high] : [0, range];
  const scale = 255 / (to - from || 1);
  // A Uint8ClampedArray rounds, and takes what is no number for 0.
  const bytes = Uint8ClampedArray.from(samples, (sample) => (sample - from) * scale);
  return { data: new Uint8Array(bytes.buffer), width: info.width, height: info.height, channels };
}

/** So many samples tell what all are like. */
const LOOKED_AT = 65_536;
/** The share of samples, at each end, that may lie far out. */
const OUTLIERS = 0.001;
/** So many times the range of the others is far. */
const FAR = 8;

/** The lowest and the highest sample, but for few that lie far beyond all others, as a broken sensor's. */
function boundsOf(samples: Float32Array): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const sample of samples)
    if (Number.isFinite(sample)) {
      low = Math.min(low, sample);
      high = Math.max(high, sample);
    }
  const step = Math.ceil(samples.length / LOOKED_AT);
  const some = samples.filter((sample, at) => at % step === 0 && Number.isFinite(sample)).sort();
  const most = some[Math.floor(some.length * (1 - OUTLIERS))] ?? high;
  const least = some[Math.floor(some.length * OUTLIERS)] ?? low;
  const range = most - least;
  if (range === 0) return [low, high];
  return [low < least - FAR * range ? least : low, high > most + FAR * range ? most : high];
}
