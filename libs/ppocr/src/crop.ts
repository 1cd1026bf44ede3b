import type { GreyImage } from './grey-image.ts';
import type { RotatedRect } from './min-area-rect.ts';

/** Widest and narrowest line in recogniser pixels at 48 high. */
const maxWidth = 3200;
const minWidth = 16;
/** The recogniser's time grows with the width, and its convolutions halve it three times. */
const widthStep = 8;
/** Line widths are reckoned at this height whatever the recogniser's, as its horizontal stride is the same. */
const referenceHeight = 48;
/** From this reduction on, each target pixel is the mean of two samples along that axis. */
const supersampleFrom = 1.5;

/** How wide a line is for the recogniser: `text` pixels of picture, then blank up to `padded`. */
export type LineWidth = { readonly text: number; readonly padded: number };

export function lineWidth(rect: RotatedRect): LineWidth {
  const exact = Math.ceil((referenceHeight * rect.width) / rect.height);
  const text = Math.min(maxWidth, Math.max(minWidth, exact));
  return { text, padded: Math.ceil(text / widthStep) * widthStep };
}

/**
 * Cuts the box out of the page, levels it, and scales it to `size.text` x `height` by bilinear sampling, with grey
 * 0..255 mapped to -1..1 and 0 as padding on the right (resize_norm_img of PaddleOCR). The three planes, which the
 * network was trained to have, are the same picture.
 *
 * @param planes out: 3 x height x size.padded floats.
 */
export function cropLine(
  image: GreyImage,
  rect: RotatedRect,
  size: LineWidth,
  height: number,
  planes: Float32Array,
): void {
  const { data, width: stride } = image;
  const cos = Math.cos(rect.angle);
  const sin = Math.sin(rect.angle);
  const scaleX = rect.width / size.text;
  const scaleY = rect.height / height;
  const samplesX = scaleX > supersampleFrom ? 2 : 1;
  const samplesY = scaleY > supersampleFrom ? 2 : 1;
  const stepX = (scaleX * cos) / samplesX;
  const stepY = (scaleX * sin) / samplesX;
  // Just inside the last pixel, so that a sample's right and lower neighbours exist.
  const lastX = image.width - 1.001;
  const lastY = image.height - 1.001;
  const gain = 1 / (samplesX * samplesY * 127.5);
  const plane = height * size.padded;

  for (let y = 0; y < height; y++) {
    const row = y * size.padded;
    planes.fill(0, row, row + size.padded);
    for (let j = 0; j < samplesY; j++) {
      const u = (0.5 * scaleX) / samplesX - rect.width / 2;
      const v = (y + (j + 0.5) / samplesY) * scaleY - rect.height / 2;
      let x = rect.centreX + u * cos - v * sin - 0.5;
      let yy = rect.centreY + u * sin + v * cos - 0.5;
      for (let column = 0; column < size.text; column++) {
        for (let i = 0; i < samplesX; i++) {
          const px = x < 0 ? 0 : Math.min(x, lastX);
          const py = yy < 0 ? 0 : Math.min(yy, lastY);
          const xi = px | 0;
          const yi = py | 0;
          const p = yi * stride + xi;
          const upper = data[p]! + (data[p + 1]! - data[p]!) * (px - xi);
          const lower = data[p + stride]! + (data[p + stride + 1]! - data[p + stride]!) * (px - xi);
          planes[row + column]! += upper + (lower - upper) * (py - yi);
          x += stepX;
          yy += stepY;
        }
      }
    }
    for (let i = row; i < row + size.text; i++) planes[i] = planes[i]! * gain - 1;
  }
  planes.copyWithin(plane, 0, plane);
  planes.copyWithin(2 * plane, 0, plane);
}
