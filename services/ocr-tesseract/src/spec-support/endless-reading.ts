/** A thread that reads one receipt for ever, whatever anybody says. Says so once it has begun. */
import { parentPort, workerData } from 'node:worker_threads';
import { createEngine } from '../engine.ts';

const thread = { log: () => {}, native: <T>(call: () => Promise<T>) => call() };
const reading = { signal: new AbortController().signal, pageRead: () => {} };
const engine = await createEngine({ languages: 'eng', maxPages: 1 }, thread);
parentPort?.postMessage('begins');
for (;;) await engine.recognise({ bytes: workerData, mimeType: 'image/jpeg' }, reading);
