import type { EventStore, Right, Scavenger } from '@inkstream/event-store';
import type { MessageBus } from '@inkstream/message-bus';
import { ByteBudget, type ObjectStore, withByteBudget } from '@inkstream/object-store';
import type { ReadModel } from '@inkstream/read-model';
import { observeBus } from '../bus-status.ts';
import type { Logger } from '../log.ts';
import { closeInOrder } from '../run-service.ts';
import { instrumentBus } from '../telemetry/bus.ts';
import { observe } from '../telemetry/instruments.ts';
import { hasTelemetry } from '../telemetry/on.ts';
import { instrumentEventStore, instrumentObjectStore, instrumentReadModel } from '../telemetry/stores.ts';
import type { BackendConfig } from './backend-config.ts';
import { DISTRIBUTED_NAMES, distributed, distributedScavenger } from './distributed.ts';
import { embedded, embeddedScavenger } from './embedded.ts';
import { pingUnlessFull, retryWhileUnavailable } from './retry-while-unavailable.ts';

export interface Backends {
  readonly eventStore: EventStore;
  readonly bus: MessageBus;
  readonly objects: ObjectStore;
  readonly readModel: ReadModel;
}

/** Opens the adapter of each port. Only those that are called are loaded. */
export type Openers = { readonly [Port in keyof Backends]: () => Promise<Backends[Port]> };

/** The rights that the caller needs in the event store. */
type Rights = readonly Right[];

const modes: Record<
  BackendConfig['INKSTREAM_MODE'],
  (config: BackendConfig, log: Logger, rights: Rights) => Openers
> = { embedded, distributed };
const scavengers: Record<BackendConfig['INKSTREAM_MODE'], (config: BackendConfig) => Promise<Scavenger>> = {
  embedded: embeddedScavenger,
  distributed: distributedScavenger,
};

/** What telemetry calls the systems behind the ports. */
const SYSTEMS: Readonly<Record<BackendConfig['INKSTREAM_MODE'], Readonly<Record<keyof Backends, string>>>> = {
  embedded: { eventStore: 'sqlite', bus: 'sqlite', objects: 'filesystem', readModel: 'sqlite' },
  distributed: { eventStore: 'eventstoredb', bus: 'kafka', objects: 's3', readModel: 'mongodb' },
};

/** Puts each port that is open behind one that measures its calls. */
function instrument(
  opened: { -readonly [Port in keyof Backends]?: Backends[Port] },
  mode: BackendConfig['INKSTREAM_MODE'],
): void {
  const { eventStore, bus, objects, readModel } = opened;
  const systems = SYSTEMS[mode];
  if (eventStore) opened.eventStore = instrumentEventStore(eventStore, systems.eventStore);
  if (bus) opened.bus = instrumentBus(bus, systems.bus);
  if (objects) opened.objects = instrumentObjectStore(objects, systems.objects);
  if (readModel) opened.readModel = instrumentReadModel(readModel, systems.readModel);
}

/** 96 MiB, which leaves a process of 512 MiB enough for everything else, buffers of 1,000 connections included. */
const BYTES_IN_FLIGHT = 96 * 1024 * 1024;

/** Bounds what uploads and downloads hold in memory, and reports it until the process ends. */
function withinBudget(objects: ObjectStore, bytes: number): ObjectStore {
  const budget = new ByteBudget({ bytes });
  const held = { unit: 'By', description: 'What uploads, results and downloads hold in memory' };
  const limit = { unit: 'By', description: 'The most that they may hold' };
  observe('inkstream.bytes_in_flight', held, () => budget.held);
  observe('inkstream.bytes_in_flight.limit', limit, () => bytes);
  return withByteBudget(objects, budget);
}

/** Those that others write to are closed before what they write to. */
const CLOSING_ORDER = ['bus', 'readModel', 'objects', 'eventStore'] as const;
const ALL: readonly (keyof Backends)[] = CLOSING_ORDER;

/** The names by which operators know them. */
const NAMES: Readonly<Record<BackendConfig['INKSTREAM_MODE'], Readonly<Record<keyof Backends, string>>>> = {
  embedded: {
    eventStore: 'The event store in INKSTREAM_DATA_DIR',
    bus: 'The message bus in INKSTREAM_DATA_DIR',
    objects: 'The object store in INKSTREAM_DATA_DIR',
    readModel: 'The read model in INKSTREAM_DATA_DIR',
  },
  distributed: DISTRIBUTED_NAMES,
};

/**
 * Opens the stores behind the ports, all of them if none is named, and waits until each answers. The event store
 * is asked for each of `rights` too, now and by each `ping`.
 *
 * @throws ConfigError that names the missing variables.
 * @throws EventStoreRefusedError at once, if the event store refuses the password, the certificate or a right.
 * @throws StartError that names the one that refuses, or does not answer within two minutes.
 */
export async function openBackends<Port extends keyof Backends = keyof Backends>(
  config: BackendConfig,
  log: Logger,
  ports: readonly Port[] = ALL as readonly Port[],
  rights: Rights = [],
): Promise<Pick<Backends, Port>> {
  const openers = modes[config.INKSTREAM_MODE](config, log, rights);
  const opened: { -readonly [Port in keyof Backends]?: Backends[Port] } = {};
  try {
    // One after another, so that a failure leaves no other one half open.
    for (const port of ports) Object.assign(opened, { [port]: await openers[port]() });
    if (hasTelemetry()) instrument(opened, config.INKSTREAM_MODE);
    if (opened.objects)
      opened.objects = withinBudget(opened.objects, config.MAX_BYTES_IN_FLIGHT ?? BYTES_IN_FLIGHT);
    if (opened.bus) observeBus(opened.bus);
    const names = NAMES[config.INKSTREAM_MODE];
    const answers = async (port: Port, signal: AbortSignal) =>
      opened[port] && pingUnlessFull(opened[port], log, signal);
    await Promise.all(
      ports.map((port) => retryWhileUnavailable(names[port], (signal) => answers(port, signal), log)),
    );
    return opened as Pick<Backends, Port>;
  } catch (error) {
    await closeBackends(opened).catch(() => {});
    throw error;
  }
}

/**
 * Returns what deletes for good the events that the event store only hid. It does not connect before it is used.
 *
 * @throws ConfigError that names the missing variables.
 */
export const openScavenger = (config: BackendConfig): Promise<Scavenger> =>
  scavengers[config.INKSTREAM_MODE](config);

/** Closes the stores that were opened. */
export const closeBackends = (backends: Partial<Backends>): Promise<void> =>
  closeInOrder(CLOSING_ORDER.flatMap((port) => backends[port] ?? []));
