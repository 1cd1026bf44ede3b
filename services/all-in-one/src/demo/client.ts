import { createdJobSchema, type Job, jobSchema } from '@inkstream/contracts';

async function json(response: Response): Promise<unknown> {
  const body = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${JSON.stringify(body)}`);
  return body;
}

/** What is there, as JSON. @throws Error with the status if that is not one of success. */
export const getJson = async (url: string): Promise<unknown> => json(await fetch(url));

/** Uploads one document for a provider, or several with commas between. Returns the job's id. */
export async function upload(
  url: string,
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  provider: string,
): Promise<number> {
  const form = new FormData();
  form.append('file', new Blob([bytes]), name);
  form.append('ocrProvider_0', provider);
  const response = await fetch(`${url}/ocr-jobs/upload`, { method: 'POST', body: form });
  return createdJobSchema.parse(await json(response)).id;
}

/** Reports each status of a job, from its event stream, and returns the job once the stream has ended. */
export async function follow(url: string, id: number, report: (status: string) => void): Promise<Job> {
  const stream = await fetch(`${url}/ocr-jobs/${id}/events`);
  if (!stream.ok || !stream.body) throw new Error(`No events of job ${id}: ${stream.status}`);
  let last = '';
  let text = '';
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    const messages = (text + chunk).split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const status = /"status":"(\w+)"/.exec(message)?.[1];
      if (status && status !== last) report(status);
      last = status ?? last;
    }
  }
  return jobSchema.parse(await getJson(`${url}/ocr-jobs/${id}`));
}
