import { expect, it } from 'vitest';
import { fromEnvironment } from './environment.ts';

it('takes a backend that the environment names, with all that goes with it and nothing else', () => {
  const environment = {
    MINIO_URL: 'http://minio:9000',
    MINIO_BUCKET: 'receipts',
    KAFKA_BROKERS: '',
    HOME: '/root',
  };
  expect(fromEnvironment('minio', environment)).toEqual({
    env: { MINIO_URL: 'http://minio:9000', MINIO_BUCKET: 'receipts' },
    from: 'environment',
  });
});

it('tells a wire double by what says so', () => {
  const environment = {
    MONGODB_URL: 'mongodb://one/inkstream',
    EVENTSTORE_URL: 'esdb://one',
    INKSTREAM_WIRE_DOUBLES: 'mongodb',
  };
  expect(fromEnvironment('mongodb', environment)?.from).toBe('wire double');
  expect(fromEnvironment('eventstoredb', environment)?.from).toBe('environment');
});

it('takes none that is not named', () => {
  expect(fromEnvironment('kafka', { KAFKA_BROKERS: '' })).toBeUndefined();
  expect(fromEnvironment('mongodb', {})).toBeUndefined();
});
