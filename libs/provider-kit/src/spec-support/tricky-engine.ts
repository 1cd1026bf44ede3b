import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateEngine } from '../engine.ts';
import { ProviderError } from '../provider-error.ts';

/**
 * A worker engine that does what its document says: `spin`, `exit`, `corrupt`, `import`, or reads it. It needs the file
 * `model`, if named, and imports the module `first` before, `late` for documents that say so.
 */
export const createEngine: CreateEngine<{
  readonly fails?: boolean;
  readonly model?: string;
  readonly first?: string;
  readonly late?: string;
}> = async ({ fails, model, first, late }) => {
  if (first) await import(first);
  if (model && !existsSync(model)) throw new ProviderError('provider_unavailable', 'The model is missing');
  if (fails) throw new Error('the model is not there');
  return {
    async recognise({ bytes }) {
      const text = new TextDecoder().decode(bytes);
      if (text === 'spin') for (;;);
      if (text === 'exit') process.exit(3);
      if (text === 'import' && late) await import(late);
      if (text === 'corrupt') throw new ProviderError('corrupt_document', 'not an image');
      if (text.startsWith('busy')) {
        const end = performance.now() + 300;
        while (performance.now() < end);
      }
      await sleep(1);
      const line = { text, confidence: 0.9, box: [0, 0, 10, 10] as [number, number, number, number] };
      return { pages: [{ width: 10, height: 10, rotation: 0, lines: [line] }], model: 'tricky-1' };
    },
  };
};
