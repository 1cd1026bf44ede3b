import { contextOf, counter, histogram, tenantLabel } from '@inkstream/service-kit';
import type { RequestHandler } from 'express';

type Outcome = 'accepted' | 'refused' | 'failed';

/** A client that broke off has no answer, and got none that is our fault. */
const outcomeOf = (status: number, answered: boolean): Outcome =>
  !answered || (status >= 400 && status < 500) ? 'refused' : status < 400 ? 'accepted' : 'failed';

export interface UploadMetrics {
  /** Counts each request of the route by how it is answered, and how long that took. */
  readonly measured: RequestHandler;
  /** Counts what an accepted upload brought. */
  accepted(tenant: string, files: readonly { readonly bytes: number }[]): void;
}

/** Make it after `startTelemetry`. */
export function uploadMetrics(
  tenants: ReadonlySet<string>,
  now: () => number = () => performance.now(),
): UploadMetrics {
  const uploads = counter('inkstream.uploads', {
    unit: '{upload}',
    description: 'Uploads that were accepted, refused (4xx, or broken off) or failed (5xx)',
  });
  const duration = histogram('inkstream.upload.duration', {
    unit: 's',
    description: 'From the head of an upload to its answer',
  });
  const files = counter('inkstream.upload.files', {
    unit: '{file}',
    description: 'Files of accepted uploads',
  });
  const bytes = counter('inkstream.upload.bytes', {
    unit: 'By',
    description: 'Bytes of the files of accepted uploads',
  });
  // From 0 on, so that the first one is seen as an increase.
  for (const tenant of tenants)
    for (const outcome of ['accepted', 'refused', 'failed']) uploads.add(0, { outcome, tenant });

  return {
    measured(request, response, next) {
      const began = now();
      const tenant = tenantLabel(contextOf(request).tenant, tenants);
      response.once('close', () => {
        const outcome = outcomeOf(response.statusCode, response.headersSent);
        uploads.add(1, { outcome, tenant });
        duration.record((now() - began) / 1_000, { outcome });
      });
      next();
    },
    accepted(of, all) {
      const tenant = tenantLabel(of, tenants);
      files.add(all.length, { tenant });
      bytes.add(
        all.reduce((sum, { bytes: size }) => sum + size, 0),
        { tenant },
      );
    },
  };
}
