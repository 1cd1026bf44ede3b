/** A package for whoever writes a provider elsewhere. */
export interface KitPackage {
  /** The folder of the library that it is, `libs/contracts`, which has its README too. */
  readonly folder: string;
  readonly description: string;
  /** What it may be imported as, and the source of each. */
  readonly exports: Readonly<Record<string, string>>;
  /** What runs in threads and processes of its own. */
  readonly runs?: readonly string[];
  readonly assets?: readonly string[];
  /** What the importer has too, since types or state are shared with it. */
  readonly peers: readonly string[];
  /** Peers that are needed for some of the exports alone. */
  readonly optional?: readonly string[];
  /** The libraries that others import from it, and what they are called there. */
  readonly publishes: Readonly<Record<string, string>>;
}

/**
 * In the order in which they are built: each has the libraries in it that no package before it publishes. The domain
 * is published, so that its errors are the same for all.
 */
export const KIT: readonly KitPackage[] = [
  {
    folder: 'libs/contracts',
    description: 'The schemas of Inkstream: its HTTP API, its messages, and what is read of a receipt.',
    exports: { '.': 'libs/contracts/src/index.ts', './domain': 'libs/domain/src/index.ts' },
    peers: ['zod'],
    publishes: {
      '@inkstream/contracts': '@inkstream/contracts',
      '@inkstream/domain': '@inkstream/contracts/domain',
    },
  },
  {
    folder: 'libs/testing',
    description: 'Receipts with their truth, and doubles of the APIs that read them: for tests of providers.',
    exports: {
      '.': 'libs/testing/src/index.ts',
      './provider-doubles': 'libs/testing/src/provider-doubles/index.ts',
    },
    runs: ['libs/document-pages/src/decoder/main.ts'],
    assets: ['libs/ppocr/models'],
    peers: ['@inkstream/contracts', 'zod'],
    publishes: {
      '@inkstream/testing': '@inkstream/testing',
      '@inkstream/testing/provider-doubles': '@inkstream/testing/provider-doubles',
    },
  },
  {
    folder: 'libs/provider-kit',
    description:
      'Makes a function that reads pages of receipts an OCR provider of Inkstream: a robust service.',
    exports: {
      '.': 'libs/provider-kit/src/index.ts',
      './contract': 'libs/provider-kit/src/contract/provider-contract.ts',
      './read-pages': 'libs/provider-kit/src/read-pages.ts',
    },
    runs: ['libs/provider-kit/src/recognition-worker.ts', 'libs/document-pages/src/decoder/main.ts'],
    peers: ['@inkstream/contracts', '@inkstream/testing', 'vitest', 'zod'],
    optional: ['@inkstream/testing', 'vitest'],
    publishes: {},
  },
];
