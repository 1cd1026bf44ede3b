import { join } from 'node:path';
import type { Workspace } from '../workspaces.ts';

/** A package for whoever writes a provider elsewhere. */
export interface KitPackage {
  /** The library that it is. */
  readonly name: string;
  readonly description: string;
  /** What the library exports, and the package does not. */
  readonly without?: readonly string[];
  /** Exports that are other libraries. */
  readonly with?: Readonly<Record<string, string>>;
  /** What runs in threads and processes of its own. */
  readonly runs?: readonly string[];
  readonly assets?: readonly string[];
  /** What the importer has too, since types or state are shared with it. */
  readonly peers: readonly string[];
  /** Peers that are needed for some of the exports alone. */
  readonly optional?: readonly string[];
}

/**
 * In the order in which they are built: each has the libraries in it that no package before it exports. The domain is
 * exported, so that its errors are the same for all.
 */
export const KIT: readonly KitPackage[] = [
  {
    name: '@inkstream/contracts',
    description: 'The schemas of Inkstream: its HTTP API, its messages, and what is read of a receipt.',
    with: { './domain': '@inkstream/domain' },
    peers: ['zod'],
  },
  {
    name: '@inkstream/testing',
    description: 'Receipts with their truth, and doubles of the APIs that read them: for tests of providers.',
    without: ['./backends', './eventstoredb-double', './telemetry'],
    runs: ['libs/document-pages/src/decoder/main.ts'],
    assets: ['libs/ppocr/models'],
    peers: ['@inkstream/contracts', 'zod'],
  },
  {
    name: '@inkstream/provider-kit',
    description:
      'Makes a function that reads pages of receipts an OCR provider of Inkstream: a robust service.',
    without: ['./remote'],
    runs: ['libs/provider-kit/src/recognition-worker.ts', 'libs/document-pages/src/decoder/main.ts'],
    peers: ['@inkstream/contracts', '@inkstream/testing', 'vitest', 'zod'],
    optional: ['@inkstream/testing', 'vitest'],
  },
];

/** What a package exports: its key, the specifier by which our sources import it, and its file from the root. */
export interface KitExport {
  readonly key: string;
  readonly specifier: string;
  readonly source: string;
}

/** @throws Error if there is no such library. */
export function exportsOf(
  { name, without = [], with: others = {} }: KitPackage,
  workspaces: readonly Workspace[],
  modules: ReadonlyMap<string, string>,
): KitExport[] {
  const own = workspaces.find((workspace) => workspace.name === name)?.exports ?? {};
  const keys = Object.keys(own).filter((key) => !without.includes(key));
  const specifiers = [...keys.map((key) => [key, join(name, key)] as const), ...Object.entries(others)];
  return specifiers.map(([key, specifier]) => {
    const source = modules.get(specifier);
    if (source === undefined) throw new Error(`There is no ${specifier}`);
    return { key, specifier, source };
  });
}
