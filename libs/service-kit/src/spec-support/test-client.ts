import { connect } from 'node:net';

interface RawAnswer {
  /** All that the server sent until the connection ended. */
  readonly text: string;
  readonly statusCode: number;
  /** The body as JSON, undefined if it is not JSON. */
  readonly body: unknown;
  readonly ms: number;
}

/** Sends bytes as they are to a server, and returns what came back once it has ended the connection. */
export function raw(url: string, ...chunks: readonly string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const started = performance.now();
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      for (const chunk of chunks) socket.write(chunk);
    });
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      const [head = '', content = ''] = text.split('\r\n\r\n');
      resolve({
        text,
        statusCode: Number(head.split(' ')[1]),
        body: content.startsWith('{') ? JSON.parse(content) : undefined,
        ms: performance.now() - started,
      });
    });
  });
}
