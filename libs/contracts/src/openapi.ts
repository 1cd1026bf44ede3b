import { createDocument } from 'zod-openapi';
import { filePaths } from './openapi/paths-files.ts';
import { jobPaths } from './openapi/paths-jobs.ts';
import { servicePaths } from './openapi/paths-service.ts';
import { resultComponents } from './openapi/result-components.ts';

/** The HTTP API as an OpenAPI 3.1 document, made from the very schemas that validate. */
export const createOpenApiDocument = (): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Inkstream',
      version: '1.0.0',
      summary: 'Receipts in, text and structured fields out',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [{ name: 'Jobs' }, { name: 'Files' }, { name: 'Service' }],
    components: { schemas: resultComponents },
    paths: { ...jobPaths, ...filePaths, ...servicePaths },
  });
