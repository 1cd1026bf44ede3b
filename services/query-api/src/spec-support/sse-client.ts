import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

export interface ReceivedEvent {
  readonly event: string;
  /** Empty if it has none. */
  readonly id: string;
  readonly data: Record<string, unknown>;
}

const parseEvent = (block: string): ReceivedEvent => {
  const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
  return { event: fields.event, id: fields.id ?? '', data: JSON.parse(fields.data) };
};

/** An event stream as a client gets it, one block after another; `leave` cuts the connection. */
export async function openEventStream(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');

  async function* blocks() {
    let text = '';
    for await (const chunk of response) {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      yield* parts;
    }
  }
  const received = blocks();
  /** The next event or comment (`:`); null at the end. */
  const nextBlock = async () => (await received.next()).value ?? null;
  /** The next event, heartbeats left out; null at the end. */
  const next = async (): Promise<ReceivedEvent | null> => {
    const block = await nextBlock();
    return block === ':' ? next() : block === null ? null : parseEvent(block);
  };
  return {
    status: response.statusCode,
    headers: response.headers,
    next,
    nextBlock,
    /** All events until the stream ends. */
    async rest() {
      const events: ReceivedEvent[] = [];
      for (let event = await next(); event; event = await next()) events.push(event);
      return events;
    },
    leave: () => request.destroy(),
    pause: () => response.pause(),
  };
}
