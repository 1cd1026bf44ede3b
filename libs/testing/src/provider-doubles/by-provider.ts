import { awsTextract } from './aws-textract.ts';
import type { ProviderDouble } from './double.ts';
import { gemini } from './gemini.ts';
import { llamaServer } from './llama-cpp.ts';
import { mistral } from './mistral.ts';
import { openai } from './openai.ts';
import { paddleServing } from './paddle-ocr.ts';
import { tabScanner } from './tab-scanner.ts';
import type { Vendor } from './vendor.ts';
import { xai } from './xai.ts';

interface DoubledVendor {
  readonly vendor: Vendor;
  /** The variables by which its provider calls it, with the key that the double takes. */
  env(double: Pick<ProviderDouble, 'url' | 'key'>): Readonly<Record<string, string>>;
}

/** The vendors that there are doubles of, by the names of their providers. */
export const doubledVendors = {
  'aws-textract': {
    vendor: awsTextract,
    env: ({ url, key }) => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: key ?? '',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_TEXTRACT_BASE_URL: url,
    }),
  },
  gemini: { vendor: gemini, env: ({ url, key }) => ({ GEMINI_API_KEY: key ?? '', GEMINI_BASE_URL: url }) },
  'llama-cpp': {
    vendor: llamaServer(),
    env: ({ url, key }) => ({ LLAMA_CPP_API_KEY: key ?? '', LLAMA_CPP_BASE_URL: `${url}/v1` }),
  },
  mistral: {
    vendor: mistral,
    env: ({ url, key }) => ({ MISTRAL_API_KEY: key ?? '', MISTRAL_BASE_URL: url }),
  },
  openai: {
    vendor: openai,
    env: ({ url, key }) => ({ OPENAI_API_KEY: key ?? '', OPENAI_BASE_URL: `${url}/v1` }),
  },
  'paddle-ocr-api': {
    vendor: paddleServing,
    env: ({ url, key }) => ({ PADDLE_OCR_API_KEY: key ?? '', PADDLE_OCR_ENDPOINT: `${url}/ocr` }),
  },
  'tab-scanner': {
    vendor: tabScanner,
    env: ({ url, key }) => ({ TAB_SCANNER_API_KEY: key ?? '', TAB_SCANNER_BASE_URL: url }),
  },
  'xai-grok': { vendor: xai, env: ({ url, key }) => ({ XAI_API_KEY: key ?? '', XAI_BASE_URL: `${url}/v1` }) },
} as const satisfies Readonly<Record<string, DoubledVendor>>;
export type DoubledProvider = keyof typeof doubledVendors;
