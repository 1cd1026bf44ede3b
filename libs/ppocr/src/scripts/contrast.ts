/**
 * Spreads the grey of a line so that ink is -1 and paper 1, in place: black and white are the quartiles of the valleys
 * and peaks of its middle row, which Tesseract's models were trained with (`ComputeBlackWhite`, networkio.cpp).
 *
 * @param grey height x width, row by row.
 */
export function spreadContrast(grey: Float32Array, width: number, height: number): void {
  const row = grey.subarray((height >> 1) * width, ((height >> 1) + 1) * width);
  const [valleys, peaks]: [number[], number[]] = [[], []];
  for (let x = 1; x + 1 < row.length; x++) {
    const [before, here, after] = [row[x - 1]!, row[x]!, row[x + 1]!];
    if (here < before && here <= after) valleys.push(here);
    if (here > before && here >= after) peaks.push(here);
  }
  const black = quantile(valleys, 0.25) ?? -1;
  const white = quantile(peaks, 0.75) ?? 1;
  const half = Math.max(leastContrast, (white - black) / 2);
  for (let i = 0; i < grey.length; i++) grey[i] = Math.min(1, Math.max(-1, (grey[i]! - black) / half - 1));
}

/** One step of 8-bit grey. */
const leastContrast = 1 / 127.5;

function quantile(values: number[], share: number): number | undefined {
  return values.sort((a, b) => a - b)[Math.floor(share * values.length)];
}
