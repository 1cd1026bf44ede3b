import { createdJobSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { exactly, expectError, form } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';
import { reads } from '../support/script.ts';

/** Uploads that are sent again under one `Idempotency-Key`. */
export function idempotencyTests({ api }: Inkstream): void {
  const send = (key: string, text = 'same') =>
    api.post(form([{ bytes: reads(text) }], 'Keyed'), { 'idempotency-key': key });
  const sent = async (key: string) => (await exactly(createdJobSchema, await send(key))).id;

  describe('Idempotency-Key', () => {
    it('gives a repeat the job of the first request, also where both come at once', async () => {
      const ids = await Promise.all(Array.from({ length: 5 }, () => sent('at-once')));
      expect(new Set([...ids, await sent('at-once')]).size).toBe(1);
      expect((await api.finished(ids[0] ?? 0)).files).toHaveLength(1);
      expect(await sent('another')).not.toBe(ids[0]);
    });

    it('is refused with 422 for another upload, and with 400 where it is none', async () => {
      await sent('taken');
      await expectError(await send('taken', 'other'), 422, /Idempotency-Key/);
      for (const key of ['', 'with space', 'é', 'k'.repeat(256)])
        await expectError(await send(key), 400, /Idempotency-Key/);
    });
  });
}
