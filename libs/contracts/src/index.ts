export * from './ocr-result.ts';
