import type { Delivery, MessageBus } from '@inkstream/message-bus';
import { readDeadLetters, type Selection } from './read.ts';

const lineOf = ({ key, offset, headers }: Delivery): string =>
  [
    headers['x-time'] ?? headers.ce_time ?? '-',
    headers['x-topic'] ?? '-',
    key,
    headers['x-reason'] ?? '-',
    headers['x-error'] ?? '-',
    offset,
  ]
    .map((field) => field.replaceAll(/\s+/g, ' '))
    .join('\t');

/**
 * Writes a line for each dead letter of the selection that is there now, oldest first in each partition: when it was
 * dead-lettered, the topic that it was in, its key, the reason in a word and in a sentence, and its place among the
 * dead letters, between tabs. Returns how many there are.
 *
 * @throws Error if the bus does not return all of them.
 */
export async function listDeadLetters(
  bus: MessageBus,
  selection: Selection,
  write: (line: string) => void,
): Promise<number> {
  let count = 0;
  await readDeadLetters(bus, selection, (delivery) => {
    write(lineOf(delivery));
    count++;
  });
  return count;
}
