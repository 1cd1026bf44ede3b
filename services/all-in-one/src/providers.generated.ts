// Made by `npm run generate:providers` from the folders services/ocr-*.
export { provider as llamaCpp } from '@inkstream/ocr-llama-cpp';
export { provider as openai } from '@inkstream/ocr-openai';
export { provider as paddleOcrLocal } from '@inkstream/ocr-paddle-local';
export { provider as tesseract } from '@inkstream/ocr-tesseract';
export { provider as xaiGrok } from '@inkstream/ocr-xai-grok';
