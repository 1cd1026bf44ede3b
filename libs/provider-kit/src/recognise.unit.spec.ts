import { describe, expect, it } from 'vitest';
import type { Reading } from './engine.ts';
import { ProviderError } from './provider-error.ts';
import { causeOf, readDocument } from './recognise.ts';

describe('what the log says of an attempt that failed', () => {
  it('is one line for a fault that has a code, and its cause is in it', () => {
    const cause = new Error('marker 0xd9 is missing\n  in scan 2');
    const error = Object.assign(new ProviderError('corrupt_document', 'The file is damaged'), { cause });
    expect(causeOf(error)).toBe('The file is damaged: marker 0xd9 is missing');
  });

  it('is the stack of what was not foreseen', () => {
    expect(causeOf(new TypeError('x is undefined'))).toMatch(/^TypeError: x is undefined\n +at /);
    expect(causeOf('a string')).toBe('a string');
  });
});

describe('the Markdown of a vendor', () => {
  const document = { bytes: new Uint8Array(), mimeType: 'image/png' };
  const markdown = '```\n<script>\n[pay](http://evil.example)';
  const harmless = '\\`\\`\\`\n&lt;script>\n[pay]\\(http://evil.example)';

  it('takes in nothing of the pages that come after it, and is escaped as ours is', async () => {
    const engine = {
      async recognise(_document: unknown, { opened, pageRead }: Reading) {
        for (const number of opened(2))
          pageRead(number, { lines: [{ text: 'TOTAL 9' }], model: 'm', ...(number === 1 && { markdown }) });
        return null;
      },
    };
    const read = await readDocument(engine, document);
    expect(read.markdown).toBe(`${harmless}\n\n---\n\n\`\`\`text\nTOTAL 9\n\`\`\``);
  });

  it('is escaped too if the document was read whole', async () => {
    const engine = { recognise: async () => ({ pages: [], model: 'm', markdown }) };
    expect((await readDocument(engine, document)).markdown).toBe(harmless);
  });
});
