/** A thread that reads one receipt for ever, whatever anybody says. Says so once it has begun. */
import { parentPort, workerData } from 'node:worker_threads';
import { readDocument } from '@inkstream/provider-kit';
import { createEngine } from '../engine.ts';

const thread = { log: () => {}, native: <T>(call: () => Promise<T>) => call() };
const engine = await createEngine({ languages: 'eng', maxPages: 1 }, thread);
parentPort?.postMessage('begins');
for (;;) await readDocument(engine, { bytes: workerData, mimeType: 'image/jpeg' });
