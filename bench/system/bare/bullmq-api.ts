/** The usual stack's door: an upload is a file, a row and a BullMQ job; server-sent events say when it is done. */
import { once } from 'node:events';
import { Queue, QueueEvents } from 'bullmq';
import express from 'express';
import multer from 'multer';
import { connection, folder, openJobs, QUEUE, type WorkItem } from './queue.ts';

const db = openJobs();
const insert = db.prepare("INSERT INTO jobs (name, path, status) VALUES (?, ?, 'pending')");
const select = db.prepare('SELECT id, name, status, result FROM jobs WHERE id = ?');
const queue = new Queue<WorkItem>(QUEUE, { connection });
const finished = new QueueEvents(QUEUE, { connection });
finished.setMaxListeners(0);
await finished.waitUntilReady();

const app = express();
app.get('/health/ready', (_request, response) => void response.json({ status: 'ok' }));
app.post('/ocr-jobs/upload', multer({ dest: folder }).single('file'), async (request, response) => {
  const { originalname = '', path = '' } = request.file ?? {};
  const id = Number(insert.run(originalname, path).lastInsertRowid);
  await queue.add('read', { id, path }, { jobId: `job-${id}` });
  response.status(201).json({ id });
});
app.get('/ocr-jobs/:id/events', (request, response) => {
  response.set('Content-Type', 'text/event-stream').flushHeaders();
  const tell = () => {
    const job = select.get(Number(request.params.id));
    response.write(`event: job\ndata: ${JSON.stringify(job)}\n\n`);
    return job?.status === 'completed';
  };
  const listener = ({ jobId }: { jobId: string }) => {
    if (jobId === `job-${request.params.id}` && tell()) response.end();
  };
  finished.on('completed', listener);
  response.once('close', () => finished.off('completed', listener));
  if (tell()) response.end();
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1');
await once(process, 'SIGTERM');
server.close();
server.closeAllConnections();
await Promise.all([queue.close(), finished.close()]);
process.exit(0);
