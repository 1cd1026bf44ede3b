/** The engine alone in a thread: takes a document's bytes, answers when it is read. */
import { parentPort } from 'node:worker_threads';
import { openDocument } from '@inkstream/document-pages';
import { createPpocr } from '@inkstream/ppocr';
import sharp from 'sharp';

sharp.concurrency(1);
sharp.cache(false);
const engine = await createPpocr({ model: 'default' });

parentPort?.on('message', async (bytes: Uint8Array) => {
  const document = await openDocument(bytes);
  for await (const page of document) await engine.recognise(page);
  document.close();
  parentPort?.postMessage('read');
});
parentPort?.postMessage('loaded');
