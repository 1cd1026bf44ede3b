import type { Sharp } from 'sharp';

/** As much of what is most visible: faint ink is seen as well as a watermark is not. */
const VISIBLE = 0.5;
/** Lighter than this is hard to see on white. */
const LIGHT = 176;
/** Of ink that thin, such a share lies at its edge; of paper that was cut out hardly any does. */
const THIN = 0.05;
/** Where so much of the edge is light, or dark, the rest is noise. */
const NEARLY_ALL = 0.9;

/**
 * The colour on which what is drawn on a transparent ground shows: white, unless ink is light; grey if there is light
 * ink and dark ink. Paper that was cut out is light and no ink: it is laid on white.
 */
export async function groundOf(image: Sharp): Promise<'white' | 'grey' | 'black'> {
  const { data, info } = await image
    .ensureAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  let most = 0;
  for (let at = 3; at < data.length; at += 4) most = Math.max(most, data[at] ?? 0);
  const visible = Math.max(1, VISIBLE * most);
  const isVisible = (x: number, y: number) => (data[4 * (y * width + x) + 3] ?? 0) >= visible;
  /** Green, which weighs most in what an eye sees. */
  const isLight = (x: number, y: number) => (data[4 * (y * width + x) + 1] ?? 0) >= LIGHT;
  const seen = { visible: 0, light: 0, dark: 0 };
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      if (!isVisible(x, y)) continue;
      seen.visible++;
      const atEdge =
        !isVisible(x - 1, y) || !isVisible(x + 1, y) || !isVisible(x, y - 1) || !isVisible(x, y + 1);
      if (!atEdge) continue;
      if (isLight(x, y)) seen.light++;
      else seen.dark++;
    }
  const edge = seen.light + seen.dark;
  if (edge === 0 || edge < THIN * seen.visible) return 'white';
  if (seen.light < (1 - NEARLY_ALL) * edge) return 'white';
  return seen.light > NEARLY_ALL * edge ? 'black' : 'grey';
}
