import type { RecognisedPage } from '@inkstream/contracts';
import {
  defineProvider,
  type Engine,
  type ProviderDefinition,
  ProviderError,
  type Reading,
} from '@inkstream/provider-kit';
import { type Script, scriptOf } from './script.ts';

/** Says that documents which wait for this name may go on. */
export type Release = { readonly release: string };

/** What scripts wait for. */
export interface Releases {
  wait(name: string, signal: AbortSignal): Promise<void>;
}

/** Names are released by messages from the parent of the process. */
export function createReleases(parent: NodeJS.Process): Releases {
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const gate = (name: string) => {
    const made = gates.get(name) ?? Promise.withResolvers<void>();
    gates.set(name, made);
    return made;
  };
  parent.on('message', ({ release }: Partial<Release>) => {
    if (release !== undefined) gate(release).resolve();
  });
  return {
    wait: (name, signal) =>
      Promise.race([
        gate(name).promise,
        new Promise<never>((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
        ),
      ]),
  };
}

function pageOf(text: string): RecognisedPage {
  const lines = text.split('\n').map((line, index) => ({
    text: line,
    confidence: 0.99,
    box: [0, 20 * index, 10 * line.length, 20 * index + 16] as [number, number, number, number],
  }));
  return { width: 400, height: 20 * lines.length, rotation: 0, lines };
}

/** Reads page by page. */
type PagesScript = Extract<Script, { readonly do: 'read-pages' }>;
const MODEL = 'scripted-1';

function createEngine(releases: Releases): Engine {
  const stumbles = new Map<string, number>();
  const readPages = async ({ name, pages, stopAt }: PagesScript, { signal, opened, pageRead }: Reading) => {
    for (const number of opened(pages)) {
      if (number === stopAt) await releases.wait(name, signal);
      pageRead(number, { ...pageOf(`page ${number}`), model: MODEL });
    }
    return null;
  };
  const play = async (script: Exclude<Script, PagesScript>, signal: AbortSignal): Promise<string> => {
    if (script.do === 'fail') throw new ProviderError(script.code, script.message);
    if (script.do === 'wait') await releases.wait(script.name, signal);
    if (script.do === 'stumble') {
      const before = stumbles.get(script.name) ?? 0;
      stumbles.set(script.name, before + 1);
      if (before < script.times) throw new ProviderError('timeout', 'The provider took too long');
    }
    return script.text;
  };
  return {
    async recognise({ bytes }, reading) {
      const script = scriptOf(bytes);
      if (!script) throw new ProviderError('corrupt_document', 'The document holds no script');
      if (script.do === 'read-pages') return readPages(script, reading);
      return { pages: [pageOf(await play(script, reading.signal))], model: MODEL };
    },
  };
}

/** Largest document of `scripted-pdf`, bytes. */
export const SMALL_LIMIT = 64;

/**
 * Providers that do as each document says: `scripted`, a second one of its kind, and `scripted-pdf`, which takes
 * nothing but tiny PDFs.
 */
export function scriptedProviders(releases: Releases): ProviderDefinition[] {
  const engine = createEngine(releases);
  const common = {
    version: '1.0.0',
    description: 'Does as the document says',
    concurrency: 16,
    timeoutMs: 30_000,
  };
  const limits = { maxBytes: 104_857_600, maxPages: 1 };
  const accepts = ['image/png', 'image/jpeg'];
  return [
    defineProvider({ ...common, name: 'scripted', accepts, limits, engine }),
    defineProvider({ ...common, name: 'scripted-twin', aliases: ['scriptedTwin'], accepts, limits, engine }),
    defineProvider({
      ...common,
      name: 'scripted-pdf',
      accepts: ['application/pdf'],
      limits: { maxBytes: SMALL_LIMIT, maxPages: 1 },
      engine,
    }),
  ];
}
