import { comparisonSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { exactly } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads } from '../support/script.ts';

/** What several providers read of a file, side by side. */
export function comparisonTests({ api }: Inkstream): void {
  describe('a comparison', () => {
    it('shows what each provider that was asked says, and what they agree on', async () => {
      const bytes = reads('TOTAL 4.50');
      const id = await api.upload([{ bytes, provider: 'scripted,scripted-twin' }]);
      await api.finished(id);
      const path = `/ocr-jobs/${id}/files/1/comparison`;
      const { executions, receipts } = await exactly(comparisonSchema, await api.call(path));
      expect(executions.map(({ ocrProvider }) => ocrProvider)).toEqual(['scripted', 'scripted-twin']);
      expect(receipts[0]?.fields.find(({ name }) => name === 'total')).toMatchObject({
        differs: false,
        consensus: { value: '4.50', providers: ['scripted', 'scripted-twin'] },
      });
    });
  });
}
