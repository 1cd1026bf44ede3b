import { createdJobSchema } from '@inkstream/contracts';

export interface Document {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Uploads documents as one job. Gives its id. */
export async function upload(
  url: string,
  provider: string,
  ...documents: readonly Document[]
): Promise<number> {
  const body = new FormData();
  for (const [index, { name, bytes }] of documents.entries()) {
    body.append('file', new Blob([bytes]), name);
    body.append(`ocrProvider_${index}`, provider);
  }
  const response = await fetch(`${url}/ocr-jobs/upload`, { method: 'POST', body });
  if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
  return createdJobSchema.parse(await response.json()).id;
}

/** Resolves once the job's event stream has ended: the job is final. Gives the last state it told, as text. */
export async function finished(url: string, id: number): Promise<string> {
  const response = await fetch(`${url}/ocr-jobs/${id}/events`);
  const text = await response.text();
  if (!text.includes('"status":"completed"')) throw new Error(`job ${id}: ${text.slice(-500)}`);
  return text;
}

/** Runs a task for each index below `count`, so many at once. */
export async function inParallel(count: number, parallel: number, task: (index: number) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}
