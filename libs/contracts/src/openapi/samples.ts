import type { Comparison } from '../comparison.ts';
import type { ExecutionList, Job, JobExecution, JobList, ProviderList } from '../http.ts';
import { receiptSchema } from '../ocr-result/receipt.ts';
import { type OcrResult, RESULT_VERSION } from '../ocr-result.ts';

const receipt = receiptSchema.parse({
  pages: [1],
  total: { value: '4.50', confidence: 0.93, lines: [0], box: [40, 900, 360, 940] },
});

export const ocrResult: OcrResult = {
  schemaVersion: RESULT_VERSION,
  markdown: 'Total 4.50',
  text: 'Total 4.50',
  pages: [
    {
      number: 1,
      width: 800,
      height: 1_200,
      rotation: 0,
      lines: [{ text: 'Total 4.50', confidence: 0.98, box: [40, 900, 360, 940] }],
    },
  ],
  receipt,
  receipts: [receipt],
  warnings: [],
};

const said = { ocrProvider: 'paddle-ocr-local', executionId: 1, value: '4.50', confidence: 0.93 };
export const comparison: Comparison = {
  jobId: 123,
  fileId: 1,
  executions: [{ id: 1, ocrProvider: 'paddle-ocr-local', model: 'pp-ocrv6', receipts: 1 }],
  receipts: [
    {
      fields: [
        {
          name: 'total',
          title: 'Total',
          differs: false,
          values: [{ value: '4.50', probability: 0.93, by: [said] }],
          consensus: { value: '4.50', probability: 0.93, providers: ['paddle-ocr-local'], checks: [] },
        },
      ],
      items: null,
      taxes: null,
      discounts: null,
    },
  ],
};

const createdAt = '2026-11-24T18:05:09.123Z';
const updatedAt = '2026-11-24T18:05:11.456Z';

export const job: Job = {
  id: 123,
  name: 'Lunch',
  status: 'completed',
  createdAt,
  updatedAt,
  files: [
    {
      id: 1,
      originalName: 'receipt.jpg',
      storageKey: 'jobs/0193b1c4-5d6e-7f80-9a1b-2c3d4e5f6071/files/1',
      executions: [
        {
          id: 1,
          status: 'completed',
          ocrProvider: 'paddle-ocr-local',
          ocrData: JSON.stringify(ocrResult),
          createdAt,
          updatedAt,
        },
        {
          id: 2,
          status: 'failed',
          ocrProvider: 'tesseract',
          ocrData: null,
          error: { code: 'corrupt_document', message: 'The image cannot be decoded' },
          createdAt,
          updatedAt,
        },
      ],
    },
  ],
};

export const jobList: JobList = {
  data: [{ id: 123, name: 'Lunch', status: 'completed', createdAt, updatedAt, fileCount: 1 }],
  pagination: { total: 1, page: 1, limit: 20, pages: 1, nextCursor: null },
};

export const execution: JobExecution = {
  jobId: 123,
  fileId: 1,
  id: 1,
  status: 'completed',
  ocrProvider: 'paddle-ocr-local',
  ocrData: JSON.stringify(ocrResult),
  createdAt,
  updatedAt,
};

export const executionList: ExecutionList = {
  data: [
    {
      jobId: 123,
      fileId: 1,
      id: 2,
      status: 'failed',
      ocrProvider: 'tesseract',
      error: { code: 'corrupt_document', message: 'The image cannot be decoded' },
      createdAt,
      updatedAt,
    },
  ],
  pagination: { limit: 20, nextCursor: null },
};

export const provider: ProviderList[number] = {
  name: 'paddle-ocr-local',
  version: '1.0.0',
  description: 'PP-OCR on this machine',
  accepts: ['image/jpeg', 'image/png', 'application/pdf'],
  limits: { maxBytes: 104_857_600, maxPages: 50, maxPixels: 300_000_000, maxSide: 65_535 },
  aliases: ['paddleOcrLocal'],
  model: 'PP-OCRv6',
  state: 'ready',
  since: createdAt,
  backlog: { requests: 3, oldestAgeS: 4 },
};

export const historyEvent = {
  revision: 1,
  type: 'ExecutionRequested',
  recordedAt: createdAt,
  data: { executionId: 1, fileId: 1, provider: 'paddle-ocr-local' },
};

const progress = { pagesDone: 30, pages: 50 };
const further = { jobId: 123, fileId: 1, executionId: 1, progress };
const change = {
  jobId: 123,
  fileId: 1,
  execution: {
    id: 1,
    status: 'running',
    ocrProvider: 'paddle-ocr-local',
    ocrData: null,
    createdAt,
    updatedAt,
  },
  job: { status: 'running', updatedAt },
};
const end = {
  id: 123,
  status: 'completed',
  job: '/ocr-jobs/123',
  executions: [{ fileId: 1, id: 1, status: 'completed', ocrProvider: 'paddle-ocr-local' }],
};
export const jobStreamText = `event: job\nid: 1-p7Rk1cV0sQ\ndata: ${JSON.stringify({ ...job, files: [] })}\n\n:\n\nevent: execution\nid: 2-Zb4nW8yT3E\ndata: ${JSON.stringify(change)}\n\nevent: progress\ndata: ${JSON.stringify(further)}\n\nevent: end\nid: 3-mX0pJ2wq9A\ndata: ${JSON.stringify(end)}\n\n`;
