import type { DomainEventType } from '@inkstream/domain';
import { z } from 'zod';
import { eventSchemas } from './events.ts';
import { messageHeadersSchema } from './messages.ts';
import { executionProgressSchema } from './progress.ts';
import { PROVIDER_NAME, providerAnnouncementSchema } from './providers.ts';
import {
  DEAD_LETTER_TOPIC,
  DELETIONS_TOPIC,
  JOB_EVENTS_TOPIC,
  PROGRESS_TOPIC,
  PROVIDERS_TOPIC,
  requestsTopic,
} from './topics.ts';

/** As it is written: AsyncAPI takes draft 7 where nothing else is said. */
const jsonSchema = (schema: z.ZodType) => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    // A field may be added without a new version.
    override: ({ jsonSchema }) => void delete jsonSchema.additionalProperties,
  });
  return rest;
};

const text = { type: 'string' } as const;
const ref = (path: string) => ({ $ref: `#/${path}` });
const keyed = (description: string) => ({ kafka: { key: { ...text, description } } });

const eventNames = Object.keys(eventSchemas) as DomainEventType[];

const eventMessage = (name: DomainEventType) => ({
  name,
  contentType: 'application/json',
  headers: ref('components/schemas/CloudEventHeaders'),
  payload: jsonSchema(eventSchemas[name]),
  bindings: keyed('`<jobId>/<executionId>` of what is about one execution, else `<jobId>`'),
});

const messages = {
  ...Object.fromEntries(eventNames.map((name) => [name, eventMessage(name)])),
  ProviderAnnouncement: {
    name: 'ProviderAnnouncement',
    contentType: 'application/json',
    payload: jsonSchema(providerAnnouncementSchema),
    bindings: keyed('The name of the provider'),
  },
  ExecutionProgress: {
    name: 'ExecutionProgress',
    contentType: 'application/json',
    payload: jsonSchema(executionProgressSchema),
    bindings: keyed('`<jobId>/<executionId>`'),
  },
  DeadLetter: {
    name: 'DeadLetter',
    summary: 'A message as it was published, with these headers beside its own',
    headers: {
      type: 'object',
      properties: {
        'x-reason': { ...text, description: 'In a word' },
        'x-error': { ...text, description: 'In a sentence' },
        'x-topic': text,
        'x-offset': text,
        'x-time': { ...text, description: 'ISO 8601 UTC' },
      },
      required: ['x-reason', 'x-topic', 'x-offset', 'x-time'],
    },
    payload: {},
  },
};
type MessageName = keyof typeof messages | DomainEventType;

const channel = (address: string, description: string, ...names: readonly MessageName[]) => ({
  address,
  description,
  messages: Object.fromEntries(names.map((name) => [name, ref(`components/messages/${name}`)])),
});
const ofProvider = {
  parameters: {
    provider: { description: `The name that clients send, ${PROVIDER_NAME.source}` },
  },
};

const channels = {
  requests: {
    ...channel(
      requestsTopic('{provider}'),
      'The work for one provider: requests, and what providers before it hand over',
      'ExecutionRequested',
      'ExecutionHandedOver',
    ),
    ...ofProvider,
  },
  bulkRequests: {
    ...channel(
      requestsTopic('{provider}', 'bulk'),
      'Work that waits for the other, and gets a tenth at least',
      'ExecutionRequested',
      'ExecutionHandedOver',
    ),
    ...ofProvider,
  },
  providers: channel(
    PROVIDERS_TOPIC,
    'What running providers say of themselves, every 5 s; the latest of each is kept',
    'ProviderAnnouncement',
  ),
  progress: channel(
    PROGRESS_TOPIC,
    'How far a document of several pages is, at most twice a second',
    'ExecutionProgress',
  ),
  jobEvents: channel(JOB_EVENTS_TOPIC, 'Every event of every job', ...eventNames),
  deletions: channel(DELETIONS_TOPIC, 'The deletions among them', 'FileDeleted', 'JobDeleted'),
  deadLetters: channel(DEAD_LETTER_TOPIC, 'What no consumer could handle', 'DeadLetter'),
};

const operation = (action: 'send' | 'receive', name: keyof typeof channels, summary: string) => ({
  action,
  channel: ref(`channels/${name}`),
  summary,
});

/** The topics of the bus as an AsyncAPI 3 document, made from the schemas that validate; its operations are a provider's. */
export const createAsyncApiDocument = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Inkstream: the topics of a provider',
    version: '1.0.0',
    description:
      'Events are CloudEvents 1.0 in binary mode: attributes in `ce_` headers. Delivery is at least once, in order for each key. What becomes of a request is said over HTTP: provider-door.json.',
    license: { name: 'Apache-2.0' },
  },
  defaultContentType: 'application/json',
  servers: { kafka: { host: 'localhost:9092', protocol: 'kafka' } },
  channels,
  operations: {
    takeWork: operation('receive', 'requests', 'Reads a document'),
    takeBulkWork: operation('receive', 'bulkRequests', 'Reads a document once there is nothing else'),
    announce: operation('send', 'providers', 'Says that it is there, and how it is'),
    tellProgress: operation('send', 'progress', 'Says how far it is with a document'),
    setAside: operation('send', 'deadLetters', 'Sets aside what it cannot handle'),
    followJobs: operation('receive', 'jobEvents', 'What everybody may follow; a provider need not'),
  },
  components: {
    messages,
    schemas: { CloudEventHeaders: jsonSchema(messageHeadersSchema) },
  },
});
