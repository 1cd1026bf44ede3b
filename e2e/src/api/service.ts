import { healthSchema, providerListSchema, readinessSchema } from '@inkstream/contracts';
import { describe, expect, it } from 'vitest';
import { exactly, expectError } from '../support/api.ts';
import type { Inkstream } from '../support/inkstream.ts';

/** What the service says of itself. */
export function serviceTests({ api }: Inkstream): void {
  describe('the service', () => {
    it('says that it lives, and that each dependency answers', async () => {
      const health = await exactly(healthSchema, await api.call('/health'));
      expect(Math.abs(Date.now() - Date.parse(health.timestamp))).toBeLessThan(60_000);
      const { status, dependencies } = await exactly(readinessSchema, await api.call('/health/ready'));
      expect(status).toBe('ok');
      expect(Object.keys(dependencies).length).toBeGreaterThanOrEqual(3);
      expect(new Set(Object.values(dependencies))).toEqual(new Set(['ok']));
    });

    it('lists the providers that run, with what they take', async () => {
      const providers = await exactly(providerListSchema, await api.call('/providers'));
      expect(providers.map(({ name }) => name)).toEqual([
        'paddle-ocr-local',
        'scripted',
        'scripted-pdf',
        'scripted-twin',
      ]);
      expect(providers[0]).toMatchObject({
        aliases: ['paddleOcrLocal'],
        limits: { maxPages: 50, maxPixels: 300_000_000 },
        model: 'PP-OCRv6-default',
        state: 'ready',
        backlog: { requests: expect.any(Number) },
      });
      expect(providers[0]?.accepts).toContain('application/pdf');
      expect(providers[2]).toMatchObject({ accepts: ['application/pdf'], limits: { maxBytes: 64 } });
    });

    it('shows its documentation as a page, with all that the page needs', async () => {
      const response = await api.call('/docs');
      expect(response.headers.get('content-type')).toMatch(/^text\/html/);
      const links = [...(await response.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link);
      expect(links.length).toBeGreaterThan(1);
      for (const link of links) expect((await api.call(link ?? '')).status, link).toBe(200);
    });

    it('knows no other routes', async () => {
      for (const path of ['/ocr-jobs/1/files', '/ocr-jobs/1/nothing', '/admin', '/docs/../package.json'])
        await expectError(await api.call(path), 404);
    });
  });
}
