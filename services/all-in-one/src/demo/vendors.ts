import {
  awsTextract,
  gemini,
  llamaServer,
  mistral,
  openai,
  paddleServing,
  startDouble,
  tabScanner,
  type Vendor,
  xai,
} from '@inkstream/testing/provider-doubles';

interface VendorOfDemo {
  readonly vendor: Vendor;
  /** The variables by which its provider calls it. */
  env(url: string): Readonly<Record<string, string>>;
}

/** Of the doubles alone: nothing else takes it. */
const KEY = 'test-key';

/** Every vendor that there is a double of. */
const VENDORS: readonly VendorOfDemo[] = [
  {
    vendor: awsTextract,
    env: (url) => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: KEY,
      AWS_SECRET_ACCESS_KEY: KEY,
      AWS_TEXTRACT_BASE_URL: url,
    }),
  },
  { vendor: gemini, env: (url) => ({ GEMINI_API_KEY: KEY, GEMINI_BASE_URL: url }) },
  { vendor: llamaServer(), env: (url) => ({ LLAMA_CPP_API_KEY: KEY, LLAMA_CPP_BASE_URL: `${url}/v1` }) },
  { vendor: mistral, env: (url) => ({ MISTRAL_API_KEY: KEY, MISTRAL_BASE_URL: url }) },
  { vendor: openai, env: (url) => ({ OPENAI_API_KEY: KEY, OPENAI_BASE_URL: `${url}/v1` }) },
  {
    vendor: paddleServing,
    env: (url) => ({ PADDLE_OCR_API_KEY: KEY, PADDLE_OCR_ENDPOINT: `${url}/ocr` }),
  },
  {
    vendor: tabScanner,
    env: (url) => ({
      TAB_SCANNER_API_KEY: KEY,
      TAB_SCANNER_BASE_URL: url,
      TAB_SCANNER_FIRST_POLL_MS: '100',
      TAB_SCANNER_POLL_MS: '100',
    }),
  },
  { vendor: xai, env: (url) => ({ XAI_API_KEY: KEY, XAI_BASE_URL: `${url}/v1` }) },
];

/** Starts a double of every vendor in `opened`. Returns an environment in which their providers run. */
export async function startVendors(opened: AsyncDisposableStack): Promise<NodeJS.ProcessEnv> {
  const variables = VENDORS.map(async ({ vendor, env }) =>
    env(opened.use(await startDouble(vendor, { key: KEY })).url),
  );
  return Object.assign({}, ...(await Promise.all(variables)));
}
