import { describe, expect, it } from 'vitest';
import type { Inkstream } from '../support/inkstream.ts';
import { exampleRequest, matches, type OpenApi, type Operation, operationsOf } from '../support/openapi.ts';
import { reads } from '../support/script.ts';

/** The example of a request's body, sent as its media type says. */
function bodyOf({ requestBody }: Operation): RequestInit {
  const [mediaType, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  if (!media) return {};
  if (mediaType === 'application/json')
    return { body: JSON.stringify(media.example), headers: { 'content-type': mediaType } };
  const data = new FormData();
  for (const [name, value] of Object.entries(media.example as Record<string, string | string[]>))
    for (const one of [value].flat())
      name === 'file' ? data.append(name, new Blob([reads('example')]), one) : data.append(name, one);
  return { body: data };
}

/** The API does what its OpenAPI document says. */
export function openapiTests({ api }: Inkstream): void {
  const load = async () => (await (await api.call('/openapi.json')).json()) as OpenApi;

  const newest = async () => (await api.list('?sort=id:desc&limit=1')).data[0]?.id ?? 1;

  /** Sends an operation's examples; the answer must be one that the document declares, in its shape. */
  async function replay(document: OpenApi, operation: Operation, inPath?: string): Promise<number> {
    const { path, headers } = exampleRequest(operation, inPath);
    const { body, headers: more } = bodyOf(operation);
    const init = { method: operation.method, headers: { ...headers, ...more }, ...(body ? { body } : {}) };
    const response = await api.call(path, init);
    const declared = operation.responses[String(response.status)];
    const text = await response.text();
    const where = `${operation.method} ${path} → ${response.status} ${text.slice(0, 300)}`;
    expect(declared, where).toBeDefined();
    const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
    const media = declared?.content?.[mediaType] ?? declared?.content?.['*/*'];
    expect(media !== undefined || text === '', where).toBe(true);
    if (mediaType === 'application/json' && media?.schema)
      expect(matches(document, media.schema, JSON.parse(text)), where).toBe(true);
    return response.status;
  }

  describe('the OpenAPI document', () => {
    it('names every route of the API', async () => {
      expect(operationsOf(await load()).map(({ method, path }) => `${method} ${path}`)).toEqual(
        expect.arrayContaining([
          'POST /ocr-jobs/upload',
          'GET /ocr-jobs',
          'GET /ocr-jobs/{id}',
          'GET /ocr-jobs/{id}/events',
          'GET /ocr-jobs/{id}/history',
          'DELETE /ocr-jobs/{id}',
          'GET /ocr-jobs/{jobId}/files/{fileId}',
          'DELETE /ocr-jobs/{jobId}/files/{fileId}',
          'GET /ocr-jobs/{jobId}/files/{fileId}/comparison',
          'GET /ocr-jobs/{jobId}/files/{fileId}/pages/{page}',
          'POST /ocr-jobs/{jobId}/files/{fileId}/executions',
          'GET /providers',
          'GET /health',
          'GET /health/ready',
        ]),
      );
    });

    it('has examples that the API takes, and answers that are as it says', async () => {
      // The examples speak of job 1 and its file 1, which are those of the warm-up.
      await api.finished(1);
      const document = await load();
      for (const operation of operationsOf(document)) {
        const status = await replay(document, operation);
        expect(status, `${operation.method} ${operation.path}`).toBeLessThan(300);
        if (operation.method === 'POST') await Promise.all([1, await newest()].map((id) => api.finished(id)));
      }
    });

    it('declares what a bad or unknown id leads to', async () => {
      const document = await load();
      for (const operation of operationsOf(document).filter(({ path }) => path.includes('{'))) {
        expect(await replay(document, operation, '999999')).toBe(404);
        expect(await replay(document, operation, 'word')).toBe(400);
      }
    });
  });
}
