import { type PaddleConfig, paddleConfig, paddleLocal } from '@inkstream/ocr-paddle-local';
import { type TesseractConfig, tesseract, tesseractConfig } from '@inkstream/ocr-tesseract';
import type { ProviderDefinition } from '@inkstream/provider-kit';

/** The providers that run in this process. Others announce themselves over the bus. */
export const providersConfig = { ...paddleConfig, ...tesseractConfig };

export const localProviders = (config: PaddleConfig & TesseractConfig): readonly ProviderDefinition[] => [
  paddleLocal(config),
  tesseract(config),
];
