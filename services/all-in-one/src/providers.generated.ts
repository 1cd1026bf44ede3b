// Made by `npm run generate:providers` from the folders services/ocr-*.
export { provider as awsTextract } from '@inkstream/ocr-aws-textract';
export { provider as llamaCpp } from '@inkstream/ocr-llama-cpp';
export { provider as openai } from '@inkstream/ocr-openai';
export { provider as paddleOcrApi } from '@inkstream/ocr-paddle-api';
export { provider as paddleOcrLocal } from '@inkstream/ocr-paddle-local';
export { provider as tabScanner } from '@inkstream/ocr-tab-scanner';
export { provider as tesseract } from '@inkstream/ocr-tesseract';
export { provider as xaiGrok } from '@inkstream/ocr-xai-grok';
