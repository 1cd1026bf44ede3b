import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Answer } from './faults.ts';
import { type PictureContent, type PictureText, textOf } from './picture-content.ts';
import type { Desk, Vendor, VendorRequest } from './vendor.ts';

/** Pages of a PDF that a server reads unless it is configured otherwise; it says nothing of the others. */
const PAGES_READ = 10;

const requestBody = z.object({ file: z.base64(), fileType: z.union([z.literal(0), z.literal(1)]).nullish() });

/** A failure of a server of one's own: the error code is the HTTP status. */
export const paddleFailure = (status: number, errorMsg: string): Answer => ({
  status,
  body: { logId: randomUUID(), errorCode: status, errorMsg },
});
/** One of the hosted service. */
export const paddleHostedFailure = (status: number, code: number, msg: string): Answer => ({
  status,
  body: { traceId: randomUUID(), code, msg },
});
const soon = (answer: Answer, resetMs: number): Answer => ({
  ...answer,
  headers: { 'retry-after': String(Math.floor(resetMs / 1_000)) },
});

const corners = ({ box: [left, top, right, bottom] }: PictureText) => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];
const recognised = ({ lines }: PictureContent) => ({
  rec_texts: lines.map(({ text }) => text),
  rec_scores: lines.map(({ confidence }) => confidence),
  rec_polys: lines.map(corners),
  rec_boxes: lines.map(({ box }) => box),
});
const ocrResults = (pages: readonly PictureContent[]) => ({
  ocrResults: pages.map((page) => ({ prunedResult: recognised(page), ocrImage: null })),
});
const layoutParsingResults = (pages: readonly PictureContent[]) => ({
  layoutParsingResults: pages.map((page) => ({
    prunedResult: { overall_ocr_res: recognised(page) },
    markdown: { text: textOf(page).replaceAll('\n', '\n\n'), images: {} },
    outputImages: null,
  })),
});

/** Reads what was sent; null if it is nothing that can be read. */
async function readAll(desk: Desk, file: Buffer, isPdf: boolean): Promise<PictureContent[] | null> {
  if (!isPdf)
    return desk.buy(file).then(
      (content) => [content],
      () => null,
    );
  const places = Array.from({ length: PAGES_READ }, (_, place) => place);
  const pages: PictureContent[] = [];
  for (const place of places) {
    const page = await desk.buyPages(file, [place]).catch(() => null);
    if (!page) break;
    pages.push(...page);
  }
  return pages.length > 0 ? pages : null;
}

async function serve(desk: Desk, { path, body }: VendorRequest): Promise<Answer> {
  const request = requestBody.safeParse(JSON.parse(body.toString()));
  if (!request.success) return paddleFailure(422, 'Field required');
  const file = Buffer.from(request.data.file, 'base64');
  const pages = await readAll(desk, file, request.data.fileType === 0);
  if (!pages) return paddleFailure(422, 'Invalid input file');
  const result = path.endsWith('/layout-parsing') ? layoutParsingResults(pages) : ocrResults(pages);
  const [{ width, height } = { width: 0, height: 0 }] = pages;
  const dataInfo = { type: 'image', width, height };
  return {
    status: 200,
    body: { logId: randomUUID(), errorCode: 0, errorMsg: 'Success', result: { ...result, dataInfo } },
  };
}

/** PaddleOCR's own server, before which somebody has put a key. */
export const paddleServing: Vendor = {
  keyOf: ({ headers }) => /^token (.+)$/.exec(headers.authorization ?? '')?.[1],
  refuse: {
    key: () => paddleFailure(401, 'Unauthorized'),
    rate: ({ resetMs }) => soon(paddleFailure(429, 'Too many requests'), resetMs),
    credit: () => paddleFailure(402, 'Payment required'),
    path: () => ({ status: 404, body: { detail: 'Not Found' } }),
  },
  routes: (desk) => [
    {
      method: 'POST',
      path: /^\/(?:ocr|layout-parsing)$/,
      kind: 'purchase',
      handle: (request) => serve(desk, request),
    },
    {
      method: 'GET',
      path: /^\/health$/,
      kind: 'probe',
      handle: () => ({
        status: 200,
        body: { logId: randomUUID(), errorCode: 0, errorMsg: 'Healthy' },
      }),
    },
  ],
};

/** The hosted service: a job is submitted, asked for, and its result is fetched from a signed address without the key. */
export const paddleHosted: Vendor = {
  // The signed address takes no key.
  keyOf: ({ headers, path, query }) =>
    path.startsWith('/results/')
      ? (query.get('signature') ?? '')
      : /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1],
  refuse: {
    key: () => paddleHostedFailure(401, 10_401, 'token is invalid'),
    rate: ({ resetMs }) => soon(paddleHostedFailure(429, 10_429, 'too many requests'), resetMs),
    credit: () => paddleHostedFailure(429, 12_003, 'daily quota is used up'),
    path: () => paddleHostedFailure(404, 10_404, 'not found'),
  },
  routes: hostedRoutes,
};

function hostedRoutes(desk: Desk): ReturnType<Vendor['routes']> {
  const jobs = new Map<
    string,
    { model: string; pages: PictureContent[] | null; asked: number; key: string }
  >();
  const success = (data: object): Answer => ({
    status: 200,
    body: { traceId: randomUUID(), code: 0, msg: 'Success', data },
  });

  async function submit({ body, headers }: VendorRequest): Promise<Answer> {
    const type = headers['content-type'] ?? '';
    const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => null);
    const file = form?.get('file');
    const model = form?.get('model');
    if (!(file instanceof Blob) || typeof model !== 'string')
      return paddleHostedFailure(400, 10_400, 'file and model are required');
    const pages = await readAll(desk, Buffer.from(await file.arrayBuffer()), file.type === 'application/pdf');
    const jobId = `ocrjob-${randomUUID()}`;
    jobs.set(jobId, {
      model,
      pages,
      asked: 0,
      key: /^bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '',
    });
    return success({ jobId });
  }

  function ask({ path, origin }: VendorRequest): Answer {
    const jobId = path.split('/').at(-1) ?? '';
    const job = jobs.get(jobId);
    if (!job) return paddleHostedFailure(404, 10_404, 'job not found');
    const state = (['pending', 'running'] as const)[job.asked++];
    if (state) return success({ jobId, state });
    if (!job.pages) return success({ jobId, state: 'failed', errorMsg: 'the file cannot be read' });
    const pages = job.pages.length;
    return success({
      jobId,
      state: 'done',
      extractProgress: { totalPages: pages, extractedPages: pages },
      resultUrl: { jsonUrl: `${origin}/results/${jobId}.jsonl?signature=${encodeURIComponent(job.key)}` },
    });
  }

  function fetchResult({ path }: VendorRequest): Answer {
    const job = jobs.get(/\/([^/]+)\.jsonl$/.exec(path)?.[1] ?? '');
    if (!job?.pages) return { status: 403, body: 'SignatureDoesNotMatch' };
    const resultOf = job.model.startsWith('PP-OCR') ? ocrResults : layoutParsingResults;
    const lines = job.pages.map((page) => JSON.stringify({ result: resultOf([page]) }));
    return {
      status: 200,
      headers: { 'content-type': 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    };
  }

  return [
    { method: 'POST', path: /^\/api\/v2\/ocr\/jobs$/, kind: 'purchase', handle: submit },
    // What was never submitted is asked for to see whether the key is taken.
    {
      method: 'GET',
      path: /^\/api\/v2\/ocr\/jobs\/ocrjob-0{8}-[^/]+$/,
      kind: 'probe',
      handle: ask,
    },
    { method: 'GET', path: /^\/api\/v2\/ocr\/jobs\/[^/]+$/, kind: 'poll', handle: ask },
    { method: 'GET', path: /^\/results\/[^/]+\.jsonl$/, kind: 'poll', handle: fetchResult },
  ];
}
