import type { Job, JobList, ListedProvider, OcrResult } from '../index.ts';

const ocrResult: OcrResult = {
  markdown: 'Total 4.50',
  text: 'Total 4.50',
  pages: [
    {
      width: 800,
      height: 1_200,
      rotation: 0,
      lines: [{ text: 'Total 4.50', confidence: 0.98, box: [40, 900, 360, 940] }],
    },
  ],
  receipt: {
    merchant: null,
    address: null,
    date: null,
    time: null,
    currency: null,
    total: { value: '4.50', confidence: 0.93, lines: [0] },
    subtotal: null,
    tax: null,
    paymentMethod: null,
    items: [],
  },
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
      storageKey: 'jobs/123/files/1',
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
          error: { code: 'corrupt_document', message: 'The image can not be decoded' },
          createdAt,
          updatedAt,
        },
      ],
    },
  ],
};

export const jobList: JobList = {
  data: [{ id: 123, name: 'Lunch', status: 'completed', createdAt, updatedAt, fileCount: 1 }],
  pagination: { total: 1, page: 1, limit: 20, pages: 1 },
};

export const provider: ListedProvider = {
  name: 'paddle-ocr-local',
  version: '1.0.0',
  description: 'PP-OCR on this machine',
  accepts: ['image/jpeg', 'image/png', 'application/pdf'],
  limits: { maxBytes: 26_214_400, maxPages: 50 },
  state: 'ready',
  since: createdAt,
};

export const historyEvent = {
  revision: 1,
  type: 'ExecutionRequested',
  recordedAt: createdAt,
  data: { executionId: 1, fileId: 1, provider: 'paddle-ocr-local' },
};

export const jobStreamText = `event: job\nid: 3\ndata: ${JSON.stringify({ ...job, files: [] })}\n\n:\n\nevent: end\nid: 3\ndata: {"id":123,"status":"completed"}\n\n`;
