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

interface Told {
  readonly status?: string;
  readonly job?: { readonly status: string };
}

/** The status that an event of a job's stream tells of the job. */
function statusIn(block: string): string | undefined {
  const data = /^data: (.*)$/m.exec(block)?.[1];
  if (data === undefined) return undefined;
  const { status, job } = JSON.parse(data) as Told;
  return status ?? job?.status;
}

/** Resolves once the job's event stream says that it is completed, before lists know it. Returns how much it sent, bytes. */
export async function finished(url: string, id: number): Promise<number> {
  const response = await fetch(`${url}/ocr-jobs/${id}/events`);
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    const blocks = (text + Buffer.from(chunk).toString()).split('\n\n');
    text = blocks.pop() ?? '';
    if (blocks.some((block) => statusIn(block) === 'completed')) return bytes;
  }
  throw new Error(`job ${id} did not complete: ${text.slice(-500)}`);
}

/** Runs a task for each index below `count`, so many at once. */
export async function inParallel(count: number, parallel: number, task: (index: number) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}
