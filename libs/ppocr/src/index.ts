export type { ModelName } from './models.ts';
export { type PageImage, readImage } from './page-image.ts';
export { createPpocr, type Ppocr, type PpocrOptions } from './ppocr.ts';
