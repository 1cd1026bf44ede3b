// Made by `npm run generate:providers` from the folders services/ocr-*.
export { provider as paddleOcrLocal } from '@inkstream/ocr-paddle-local';
export { provider as tesseract } from '@inkstream/ocr-tesseract';
