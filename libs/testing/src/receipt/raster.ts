/** Raw 8-bit pixels, row by row, channels interleaved: 1 is grey, 3 is RGB. */
export interface Raster {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 1 | 3;
}

/** The raster with every sample replaced; `change` gets the old value and the pixel's place. */
export function mapSamples(raster: Raster, change: (value: number, x: number, y: number) => number): Raster {
  const { width, height, channels } = raster;
  const data = new Uint8Array(raster.data.length);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++, i++) {
        data[i] = Math.min(255, Math.max(0, Math.round(change(raster.data[i]!, x, y))));
      }
    }
  }
  return { ...raster, data };
}
