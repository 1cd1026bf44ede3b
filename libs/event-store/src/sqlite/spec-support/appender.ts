import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { openSqliteEventStore } from '../index.ts';

/** An append that was acknowledged. */
export interface Acknowledged {
  readonly stream: string;
  readonly revision: number;
  readonly ids: readonly string[];
}

export const EVENTS_PER_APPEND = 3;
const WRITERS = 8;

/**
 * The process that is killed: appends until then, and records in a file, one JSON line each, what was acknowledged.
 * The kernel keeps what was written to the file when the process dies.
 */
async function appendForEver(file: string, acknowledgements: string): Promise<void> {
  const store = await openSqliteEventStore({ file });
  const notes = openSync(acknowledgements, 'a');
  const write = async (stream: string) => {
    for (;;) {
      const some = Array.from({ length: EVENTS_PER_APPEND }, (_, part) => ({
        id: randomUUID(),
        type: 'Happened',
        data: { part, text: 'x'.repeat(500) },
        metadata: {},
      }));
      const { revision } = await store.append(stream, some, { expected: 'any' });
      const note: Acknowledged = { stream, revision, ids: some.map(({ id }) => id) };
      writeSync(notes, `${JSON.stringify(note)}\n`);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(`s${writer % 3}`)));
}

const [, script, file, acknowledgements] = process.argv;
if (script === import.meta.filename && file && acknowledgements) await appendForEver(file, acknowledgements);
