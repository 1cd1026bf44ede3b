export { type TesseractConfig, tesseract, tesseractConfig } from './provider.ts';
