import { histogram } from '@inkstream/service-kit';

/** Measures what pages take to be read, those of one call together: each its share. Make it after `startTelemetry`. */
export function pageMetrics(provider: string, clock: () => number) {
  const duration = histogram('inkstream.page.duration', {
    unit: 's',
    description: 'What one page took to be read',
  });
  return async <T>(pages: number, work: () => Promise<T>): Promise<T> => {
    const began = clock();
    const result = await work();
    for (let page = 0; page < pages; page++) duration.record((clock() - began) / 1_000 / pages, { provider });
    return result;
  };
}
