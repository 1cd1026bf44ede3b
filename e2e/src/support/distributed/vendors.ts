import {
  awsTextract,
  gemini,
  mistral,
  openai,
  type ProviderDouble,
  startDouble,
  tabScanner,
  type Vendor,
} from '@inkstream/testing/provider-doubles';
import type { Env, Replicas } from './cluster.ts';

/** A vendor's double, and where the service finds it that asks it. */
interface Asked {
  readonly vendor: Vendor;
  readonly env: (url: string) => Env;
}

/** By provider: models that look, a reader of whole documents, one that is asked later, one that keeps boxes. */
const ASKED = {
  openai: {
    vendor: openai,
    env: (url) => ({ OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: `${url}/v1` }),
  },
  mistral: { vendor: mistral, env: (url) => ({ MISTRAL_API_KEY: 'test-key', MISTRAL_BASE_URL: url }) },
  gemini: { vendor: gemini, env: (url) => ({ GEMINI_API_KEY: 'test-key', GEMINI_BASE_URL: url }) },
  'tab-scanner': {
    vendor: tabScanner,
    env: (url) => ({ TAB_SCANNER_API_KEY: 'test-key', TAB_SCANNER_BASE_URL: url }),
  },
  'aws-textract': {
    vendor: awsTextract,
    env: (url) => ({
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test-key',
      AWS_SECRET_ACCESS_KEY: 'test-secret',
      AWS_TEXTRACT_BASE_URL: url,
    }),
  },
} as const satisfies Readonly<Record<string, Asked>>;

/** A provider whose vendor is doubled. */
export type AskedProvider = keyof typeof ASKED;

/** Vendors on 127.0.0.1, and the services that ask them. */
export interface Vendors {
  readonly doubles: ReadonlyMap<AskedProvider, ProviderDouble>;
  /** As many replicas of each as are asked for, one by default. */
  services(replicas?: Partial<Record<AskedProvider, number>>): Readonly<Record<string, Replicas>>;
  close(): Promise<void>;
}

/** Starts the doubles of these providers' vendors. */
export async function startVendors(providers: readonly AskedProvider[]): Promise<Vendors> {
  const doubles = new Map(
    await Promise.all(providers.map(async (name) => [name, await startDouble(ASKED[name].vendor)] as const)),
  );
  return {
    doubles,
    services: (replicas = {}) =>
      Object.fromEntries(
        [...doubles].map(([name, double]) => [
          `ocr-${name}`,
          {
            script: new URL(`../../../../services/ocr-${name}/src/main.ts`, import.meta.url),
            replicas: replicas[name] ?? 1,
            env: ASKED[name].env(double.url),
          },
        ]),
      ),
    async close() {
      await Promise.all([...doubles.values()].map((double) => double.close()));
    },
  };
}
