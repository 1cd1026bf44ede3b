import { delimiter, join } from 'node:path';
import type { Launch, LaunchOptions } from './launch.ts';
import { listens } from './probes.ts';

/** The MongoDB wire double: mongo-java-server in memory, with a journal of every write. */
export async function mongodb({ home, folder, port }: LaunchOptions): Promise<Launch> {
  const classPath = [join(home, 'lib', '*'), join(home, 'classes')].join(delimiter);
  return {
    command: 'java',
    args: ['-Xmx512m', '-cp', classPath, 'MongoServer', `${port}`, join(folder, 'journal.bson')],
    env: { MONGODB_URL: `mongodb://127.0.0.1:${port}/inkstream` },
    serves: (signal) => listens(port, signal),
  };
}

/** The EventStoreDB wire double: gRPC on SQLite. */
export async function eventstoredb({ home, folder, port }: LaunchOptions): Promise<Launch> {
  return {
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      join(home, 'main.ts'),
      ...['--port', `${port}`, '--file', join(folder, 'events.db')],
    ],
    env: { EVENTSTORE_URL: `esdb://127.0.0.1:${port}?tls=false` },
    serves: (signal) => listens(port, signal),
  };
}
