import { generateReceipt } from '@inkstream/testing';
import { recordTelemetry } from '@inkstream/testing/telemetry';
import { expect, it } from 'vitest';
import { startQueryApi } from '../spec-support/query-api-fixture.ts';

it('counts pictures by what became of them, and a span says that one is drawn, without content', async () => {
  const { image } = await generateReceipt({ seed: 7, layout: 'cafe-my', width: 320 });
  const recorded = recordTelemetry();
  const query = await startQueryApi();
  try {
    await query.submit(1, [{ name: 'secret-name.png', content: image, mimeType: 'image/png' }]);
    const status = async (page: number) => (await query.get(`/ocr-jobs/1/files/1/pages/${page}`)).status;
    expect([await status(1), await status(1), await status(2)]).toEqual([200, 200, 404]);
    expect(await recorded.series('inkstream.pictures')).toEqual({
      'outcome=drawn': 1,
      'outcome=stored': 1,
      'outcome=failed': 1,
    });
    expect(await recorded.series('inkstream.picture.duration')).toEqual({ '': 1 });
    const drawn = recorded.spans().filter(({ name }) => name === 'draw page');
    expect(drawn.map(({ failed }) => failed)).toEqual([false, true]);
    expect(drawn[0]?.attributes).toMatchObject({ 'inkstream.job.id': 1 });
    expect(JSON.stringify(drawn)).not.toMatch(/secret-name|jobs\/0/);
  } finally {
    await query.stop();
    await recorded.close();
  }
});
