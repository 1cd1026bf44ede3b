import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What is wrong with a way. `slow`: so many bytes a second for each connection and direction. `requests-lost`,
 * `answers-lost`: what goes that way is gone, on new connections too, and nobody is told; a connection that lost bytes
 * stays silent. `writes-fail`: an S3 server behind it answers 503 to everything that would change something.
 */
export type WayFault =
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'requests-lost' | 'answers-lost' | 'writes-fail' };

/** A TCP proxy on 127.0.0.1 before a store. */
export interface FaultyWay {
  readonly port: number;
  /** Null: nothing is wrong. */
  set(fault: WayFault | null): void;
  close(): Promise<void>;
}

const BODY = '<Error><Code>ServiceUnavailable</Code><Message>Writes fail</Message></Error>';
const WRITES_FAIL = `HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`;
/** The beginning of a request that would change something. */
const WRITE = /^(PUT|POST|DELETE) \S+ HTTP\/1\.1\r\n/;
const LONGEST_HEAD_LINE = 4_096;

const isWrite = (chunk: Buffer): boolean => WRITE.test(chunk.toString('latin1', 0, LONGEST_HEAD_LINE));

/** Passes connections on to a local port. `port`: 0 takes a free one. */
export async function startFaultyWay(target: number, port = 0): Promise<FaultyWay> {
  const open = new Set<Socket>();
  let fault: WayFault | null = null;

  async function* pass(source: AsyncIterable<Buffer>, loses: WayFault['kind'], near: Socket | null) {
    let silent = false;
    for await (const chunk of source) {
      silent ||= fault?.kind === loses;
      if (silent) continue;
      if (near && fault?.kind === 'writes-fail' && isWrite(chunk)) {
        near.end(WRITES_FAIL);
        silent = true;
        continue;
      }
      if (fault?.kind === 'slow') await sleep((1_000 * chunk.length) / fault.bytesPerSecond);
      yield chunk;
    }
  }

  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true).on('close', () => open.delete(socket));
      socket.on('error', () => {});
    }
    // Either direction that breaks ends both.
    const end = () => [near, far].map((socket) => socket.destroy());
    pipeline(near, (source) => pass(source, 'requests-lost', near), far).catch(end);
    pipeline(far, (source) => pass(source, 'answers-lost', null), near).catch(end);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      fault = next;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
