import type { ImageDecoder } from './page-source.ts';

/** The decoder of a picture's format. Only what it needs is loaded. */
export const imageDecoder: ImageDecoder = async (format) => {
  switch (format) {
    case 'heic':
      return (await import('./heic.ts')).loadHeicDecoder();
    case 'bmp':
      return (await import('./bmp.ts')).openBmp;
    case 'jp2':
      return (await import('./jp2.ts')).loadJp2Decoder();
    case 'jxl':
      return (await import('./jxl.ts')).loadJxlDecoder();
    default:
      return (await import('./images.ts')).openImage;
  }
};
