import { createdJobSchema, historySchema, type Job, jobListSchema, jobSchema } from '@inkstream/contracts';

/** A client of a service that may die at any moment. */
export function createClient(url: string) {
  async function read<T>(schema: { parse(value: unknown): T }, path: string): Promise<T> {
    const response = await fetch(url + path);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return schema.parse(await response.json());
  }
  return {
    /** The id of the job once it is acknowledged; null where the service died first. */
    async upload(
      name: string,
      files: readonly Uint8Array<ArrayBuffer>[],
      key?: string,
    ): Promise<number | null> {
      const body = new FormData();
      body.append('jobName', name);
      for (const [index, file] of files.entries()) {
        body.append('file', new Blob([file]), `${index}.png`);
        body.append(`ocrProvider_${index}`, 'words');
      }
      const headers: Record<string, string> = key ? { 'Idempotency-Key': key } : {};
      const response = await fetch(`${url}/ocr-jobs/upload`, { method: 'POST', body, headers }).catch(
        () => null,
      );
      const answer = await response?.json().catch(() => null);
      if (!response || !answer || response.status === 503) return null;
      if (response.status !== 201) throw new Error(`upload: ${response.status} ${JSON.stringify(answer)}`);
      return createdJobSchema.parse(answer).id;
    },
    job: (id: number): Promise<Job> => read(jobSchema, `/ocr-jobs/${id}`),
    history: (id: number) => read(historySchema, `/ocr-jobs/${id}/history`),
    /** All jobs by id, page by page. */
    async all() {
      const jobs = [];
      for (let page = 1; ; page++) {
        const { data, pagination } = await read(
          jobListSchema,
          `/ocr-jobs?limit=100&sort=id:asc&page=${page}`,
        );
        jobs.push(...data);
        if (page >= pagination.pages) return jobs;
      }
    },
  };
}
