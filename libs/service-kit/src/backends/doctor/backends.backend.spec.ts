import { randomUUID } from 'node:crypto';
import { openKafkaMessageBus } from '@inkstream/message-bus/kafka';
import { openMinioObjectStore } from '@inkstream/object-store/minio';
import { openMongoReadModel } from '@inkstream/read-model/mongodb';
import { backend } from '@inkstream/testing/backends';
import { MongoClient } from 'mongodb';
import { expect, it, onTestFinished } from 'vitest';
import { startDouble } from '../../../../event-store/src/eventstoredb/spec-support/double.ts';
import { startSecured } from '../../../../event-store/src/eventstoredb/spec-support/secured.ts';
import { ownDatabase } from '../../../../read-model/src/mongodb/spec-support/own-database.ts';
import { readConfig } from '../../config.ts';
import { certificatesCheck } from '../../doctor/certificates.ts';
import { type Check, diagnose } from '../../doctor/finding.ts';
import { silentLogger } from '../../log.ts';
import { type BackendConfig, backendConfig } from '../backend-config.ts';
import { busCheck } from './bus.ts';
import { eventStoreCheck, objectStoreCheck, readModelCheck } from './stores.ts';

const [kafka, minio, mongodb] = await Promise.all([backend('kafka'), backend('minio'), backend('mongodb')]);

const configOf = (env: Readonly<Record<string, string | undefined>>): BackendConfig =>
  readConfig(backendConfig, { INKSTREAM_MODE: 'distributed', ...env });
/** What is not well, as `level: says`. */
const troubles = async (check: Check) =>
  (await diagnose([check]))
    .filter(({ level }) => level !== 'ok')
    .map(({ level, says }) => `${level}: ${says}`);

it('an event store that is well, whose clock is wrong, that knows another password, and that is away', async () => {
  const secured = await startSecured();
  onTestFinished(() => secured.close());
  const eventStore = (url: string) => troubles(eventStoreCheck(configOf({ EVENTSTORE_URL: url })));
  expect(await eventStore(secured.url('admin'))).toEqual([]);
  expect(await eventStore(secured.url('admin', 'wrong'))).toEqual([
    'fault: EventStoreDB does not accept the password of the user "admin"',
  ]);
  expect(await eventStore(secured.url('admin').replace(/&tlsCaFile.*/, ''))).toEqual([
    expect.stringMatching(/^fault: .*its certificate is not accepted/),
  ]);
  const early = await startDouble({ clock: { now: () => Date.now() + 3_600_000, newId: randomUUID } });
  onTestFinished(() => early.close());
  expect(await eventStore(early.url)).toEqual([
    expect.stringMatching(/^fault: its clock is (3600|3599)(\.\d)? s ahead of the one here$/),
  ]);
  await early.close();
  expect(await eventStore(early.url)).toEqual([expect.stringMatching(/^fault: /)]);
});

it('a certificate that ends soon, and one that has ended', async () => {
  const secured = await startSecured();
  onTestFinished(() => secured.close());
  const config = configOf({ EVENTSTORE_URL: secured.url('admin') });
  const at = (days: number) => () => new Date(Date.now() + days * 86_400_000);
  expect(await troubles(certificatesCheck(config, at(0)))).toEqual([
    expect.stringMatching(/^warning: that of The event store .* at localhost:\d+ ends on \S+, in 1 days$/),
  ]);
  expect(await troubles(certificatesCheck(config, at(-30)))).toEqual([]);
  expect(await troubles(certificatesCheck(config, at(10)))).toEqual([
    expect.stringMatching(/^fault: .* ends on \S+, which is past$/),
  ]);
});

it('topics that are well, that are missing, and that have other partitions or keep messages for another time', async () => {
  const config = configOf({ ...kafka.env, KAFKA_PARTITIONS: '2', KAFKA_REPLICATION: '1' });
  const brokers = (kafka.env.KAFKA_BROKERS ?? '').split(',');
  const [good, narrow, missing] = [1, 2, 3].map((n) => ({ name: `doctor.${n}.${randomUUID()}` }));
  if (!good || !narrow || !missing) throw new Error('three names');
  const make = async (name: string, partitions: number, retentionMs?: number) => {
    const bus = await openKafkaMessageBus({ brokers, partitions });
    await bus.ensureTopics([{ name, ...(retentionMs !== undefined && { retentionMs }) }]);
    await bus.close();
  };
  await make(good.name, 2);
  await make(narrow.name, 1, 60_000);
  expect(await troubles(busCheck(config, [good]))).toEqual([]);
  expect(await troubles(busCheck(config, [good, narrow, missing]))).toEqual([
    `warning: Topic ${narrow.name} has partitions 1 instead of 2, retention.ms 60000 instead of -1`,
  ]);
  const said = (await diagnose([busCheck(config, [missing])])).map(({ says }) => says);
  expect(said).toContain(`whoever needs them first makes these topics: ${missing.name}`);
  const many = configOf({ ...kafka.env, KAFKA_REPLICATION: '9' });
  expect(await troubles(busCheck(many, []))).toEqual([
    expect.stringMatching(/^fault: topics cannot be made with 9 replicas by \d brokers?/),
  ]);
  // It is looked at, not made.
  expect(await troubles(busCheck(config, [missing]))).toEqual([]);
});

it('a bucket that is well, that is missing, and that another key or a wrong one is refused', async () => {
  const bucket = `inkstream-${randomUUID()}`;
  const objects = (env: Readonly<Record<string, string>>) =>
    troubles(objectStoreCheck(configOf({ ...minio.env, MINIO_BUCKET: bucket, ...env })));
  expect(await objects({})).toEqual([`warning: there is no bucket ${bucket}`]);
  const {
    MINIO_URL: url = '',
    MINIO_ACCESS_KEY: accessKey = '',
    MINIO_SECRET_KEY: secretKey = '',
  } = minio.env;
  const store = await openMinioObjectStore({ url, accessKey, secretKey, bucket, log: silentLogger() });
  onTestFinished(() => store.close());
  expect(await objects({})).toEqual([]);
  expect(await Array.fromAsync(store.list(''))).toEqual([]);
  expect(await objects({ MINIO_SECRET_KEY: 'not-the-secret' })).toEqual([
    `fault: bucket ${bucket}: to list is refused (SignatureDoesNotMatch)`,
  ]);
  expect(await objects({ MINIO_ACCESS_KEY: 'nobody' })).toEqual([
    `fault: bucket ${bucket}: to list is refused (InvalidAccessKeyId)`,
  ]);
  expect(await objects({ MINIO_URL: 'http://127.0.0.1:1' })).toEqual([
    expect.stringMatching(/^fault: .*ECONNREFUSED/),
  ]);
});

it('a read model that is well or empty, that lacks an index, and that is away', async () => {
  const database = ownDatabase(mongodb.env.MONGODB_URL ?? '');
  onTestFinished(() => database.drop());
  const readModel = async (url: string) =>
    (await troubles(readModelCheck(configOf({ MONGODB_URL: url })))).filter(
      (says) => !/server alone|older than/.test(says),
    );
  expect(await readModel(database.url)).toEqual([]);
  const opened = await openMongoReadModel({ url: database.url });
  await opened.ping();
  await opened.close();
  expect(await readModel(database.url)).toEqual([]);
  const client = new MongoClient(database.url);
  const jobs = client.db().collection('jobs_1');
  const [name = ''] = (await jobs.indexes()).map((one) => one.name ?? '').filter((one) => one !== '_id_');
  await jobs.dropIndex(name);
  await client.close();
  expect(await readModel(database.url)).toEqual([
    expect.stringMatching(/^warning: lacks indexes: jobs_1\.\w+/),
  ]);
  expect(await readModel('mongodb://127.0.0.1:1/x')).toEqual([
    expect.stringMatching(/^fault: .*ECONNREFUSED/),
  ]);
});
