import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PoisonMessageError } from '../../errors.ts';
import type { Delivery } from '../../message-bus.ts';
import { openSqliteMessageBus } from '../index.ts';

/** What the worker did: a publish that was acknowledged, or a handler that resolved. Times in ms since 1970. */
export interface Note {
  readonly did: 'publish' | 'handle';
  readonly value: string;
  readonly at: number;
}

export const [TOPIC, DEAD, GROUP] = ['work', 'dead', 'workers'];
const KEYS = 12;

/** Every seventh message is one that no handler can take. */
export const isPoison = ({ value }: { readonly value: string }) => Number(value) % 7 === 0;

/** Some take a long time, so that later ones are finished before them. */
const durationMs = (value: string) => (Number(value) % 48 === 5 ? 30 : 1);

/** Records each message, or throws at poison. */
export const handle =
  (note: (did: Note['did'], value: string) => void) =>
  async (delivery: Delivery): Promise<void> => {
    await sleep(durationMs(delivery.value));
    if (isPoison(delivery)) throw new PoisonMessageError('poison');
    note('handle', delivery.value);
  };

/**
 * The process that is killed: publishes numbers from `first` on and handles them until then, and records both in a
 * file, one JSON line each. The kernel keeps what was written to the file when the process dies.
 */
async function workForEver(file: string, notes: string, first: number): Promise<void> {
  const bus = await openSqliteMessageBus({ file });
  const output = openSync(notes, 'a');
  const note = (did: Note['did'], value: string) =>
    void writeSync(output, `${JSON.stringify({ did, value, at: Date.now() } satisfies Note)}\n`);
  await bus.ensureTopics([{ name: TOPIC }, { name: DEAD }]);
  const consumer = { topic: TOPIC, group: GROUP, concurrency: 4, deadLetterTopic: DEAD };
  await bus.consume({ ...consumer, handler: handle(note) });
  for (let n = first; ; n++) {
    await bus.publish(TOPIC, [{ key: `k${n % KEYS}`, value: String(n), headers: {} }]);
    note('publish', String(n));
    if (n % 4 === 0) await sleep(1);
  }
}

const [, script, file, notes, first] = process.argv;
if (script === import.meta.filename && file && notes) await workForEver(file, notes, Number(first));
