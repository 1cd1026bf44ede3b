/** The usual stack's worker, in a process of its own: it reads the file, does nothing, and writes the result. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { Worker } from 'bullmq';
import { connection, openJobs, QUEUE, type WorkItem } from './queue.ts';

const db = openJobs();
const update = db.prepare("UPDATE jobs SET status = 'completed', result = ? WHERE id = ?");
const worker = new Worker<WorkItem>(
  QUEUE,
  async ({ data: { id, path } }) => {
    await readFile(path);
    update.run(JSON.stringify({ pages: [{ width: 1, height: 1, rotation: 0, lines: [] }] }), id);
  },
  { connection, concurrency: 16 },
);
await worker.waitUntilReady();

const health = createServer((_request, response) => void response.end('{}'));
health.listen(Number(process.env.PORT), '127.0.0.1');
await once(process, 'SIGTERM');
await worker.close();
process.exit(0);
