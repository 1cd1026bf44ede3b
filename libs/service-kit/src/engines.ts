import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import type { ObjectStore } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';
import { z } from 'zod';
import type { Logger } from './log.ts';
import { closeInOrder } from './run-service.ts';

/** Which adapters stand behind the ports. */
export const engineConfig = {
  INKSTREAM_MODE: z.enum(['embedded']).default('embedded'),
  INKSTREAM_DATA_DIR: z.string().min(1).default('./data'),
};
export type EngineConfig = z.output<z.ZodObject<typeof engineConfig>>;

export interface Engines {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  readonly readModel: ReadModel;
}

/** Opens the engine behind each port. Only the adapters of the chosen mode are loaded. */
export async function openEngines(config: EngineConfig, log: Logger): Promise<Engines> {
  const folder = config.INKSTREAM_DATA_DIR;
  await mkdir(folder, { recursive: true });
  const [events, bus, objects, readModel] = await Promise.all([
    import('@inkstream/event-store/sqlite'),
    import('@inkstream/message-bus/sqlite'),
    import('@inkstream/object-store/filesystem'),
    import('@inkstream/read-model/sqlite'),
  ]);
  const file = join(folder, 'inkstream.db');
  return {
    eventStore: await events.openSqliteEventStore({ file, log }),
    bus: await bus.openSqliteMessageBus({ file, log }),
    objects: await objects.openFilesystemObjectStore({ folder: join(folder, 'objects') }),
    readModel: await readModel.openSqliteReadModel({ file: join(folder, 'readmodel.db'), log }),
  };
}

/** Closes all engines. */
export const closeEngines = ({ eventStore, bus, objects, readModel }: Engines): Promise<void> =>
  closeInOrder([bus, readModel, objects, eventStore]);
