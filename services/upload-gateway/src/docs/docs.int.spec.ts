import { createOpenApiDocument } from '@inkstream/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedGateway, startGateway } from '../spec-support/start-gateway.ts';

let gateway: StartedGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

const get = (path: string) => fetch(`${gateway.url}${path}`);

test('the document is served as it is made', async () => {
  expect(await (await get('/openapi.json')).json()).toEqual(
    JSON.parse(JSON.stringify(createOpenApiDocument())),
  );
});

test('the page takes everything from here, and its policy lets nothing else in', async () => {
  const response = await get('/docs');
  const page = await response.text();
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
  const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links).toHaveLength(4);
  for (const link of links) {
    expect(link).toMatch(/^\/docs\//);
    expect((await get(link)).status).toBe(200);
  }
  expect(page).not.toMatch(/<script>|style=|onload=/);
});

test.each(['/docs/assets/package.json', '/docs/assets/..%2fpackage.json', '/docs/assets/'])(
  '%s is not served',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);

test.each([
  [
    '*/*',
    'text/plain',
    /^Inkstream reads receipts.*\/docs.*POST {3}\/ocr-jobs\/upload .*GET {4}\/providers /s,
  ],
  [
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'text/html',
    /<a href="\/docs">.*POST {3}\/ocr-jobs\/upload/s,
  ],
  ['application/json', 'application/json', /"documentation":"\/docs".*"path":"\/ocr-jobs\/upload"/],
])(
  '/ says to who takes %s what this is, where its documentation is and which routes there are',
  async (accept, type, what) => {
    const response = await fetch(gateway.url, { headers: { accept } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(await response.text()).toMatch(what);
  },
);
