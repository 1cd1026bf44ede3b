import { once } from 'node:events';
import { connect } from 'node:net';

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const element = (type: number, name: string, content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type]), Buffer.from(`${name}\0`), content]);
const document = (...elements: readonly Buffer[]): Buffer => {
  const content = Buffer.concat([...elements, Buffer.from([0])]);
  return Buffer.concat([int32(content.length + 4), content]);
};
const string = (name: string, value: string): Buffer =>
  element(2, name, Buffer.concat([int32(value.length + 1), Buffer.from(`${value}\0`)]));

/**
 * Sends a command as OP_MSG and returns the integer `n` of its answer: how many it wrote or counted.
 * https://bsonspec.org
 */
async function command(port: number, ...elements: readonly Buffer[]): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  try {
    const body = document(...elements, string('$db', 'inkstream'));
    const message = Buffer.concat([int32(1), int32(0), int32(2013), int32(0), Buffer.from([0]), body]);
    socket.write(Buffer.concat([int32(message.length + 4), message]));
    const [answer]: Buffer[] = await once(socket, 'data', { signal: AbortSignal.timeout(10_000) });
    const at = answer?.indexOf('\x10n\0') ?? -1;
    if (!answer || at < 0) throw new Error(`not as expected: ${answer?.toString('latin1')}`);
    return answer.readInt32LE(at + 3);
  } finally {
    socket.destroy();
  }
}

/** Inserts a document with this id. */
export const insert = (port: number, id: number): Promise<number> =>
  command(
    port,
    string('insert', 'things'),
    element(4, 'documents', document(element(3, '0', document(element(0x10, '_id', int32(id)))))),
  );

/** How many documents there are. */
export const count = (port: number): Promise<number> => command(port, string('count', 'things'));
