import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { silentLogger } from '../log.ts';
import { backendConfig } from './backend-config.ts';
import { openBackends } from './backends.ts';

const DISTRIBUTED = {
  INKSTREAM_MODE: 'distributed',
  EVENTSTORE_URL: 'esdb://one:2113,two:2113?tls=true',
  KAFKA_BROKERS: 'one:9092,two:9092',
  MONGODB_URL: 'mongodb+srv://host/inkstream',
  MINIO_URL: 'https://host:9000',
  MINIO_ACCESS_KEY: 'access',
  MINIO_SECRET_KEY: 'secret',
};

describe('the configuration of the stores', () => {
  it('is ./data if it is embedded and nothing else is set', () => {
    expect(readConfig(backendConfig, { INKSTREAM_MODE: 'embedded' })).toMatchObject({
      INKSTREAM_DATA_DIR: './data',
    });
  });

  it('takes several hosts and TLS', () => {
    const config = readConfig(backendConfig, DISTRIBUTED);
    expect(config).toMatchObject({ ...DISTRIBUTED, KAFKA_BROKERS: ['one:9092', 'two:9092'] });
    expect(config.KAFKA_PARTITIONS).toBeUndefined();
  });

  it.each([
    ['EVENTSTORE_URL', 'http://host:2113'],
    ['KAFKA_BROKERS', 'host'],
    ['KAFKA_BROKERS', 'one:9092, two:9092'],
    ['KAFKA_PARTITIONS', '0'],
    ['KAFKA_SASL_MECHANISM', 'gssapi'],
    ['MONGODB_URL', 'host:27017'],
    ['MINIO_URL', 's3://bucket'],
  ])('refuses %s where it is %s', (name, value) => {
    expect(() => readConfig(backendConfig, { ...DISTRIBUTED, [name]: value })).toThrow(name);
  });

  it('names every missing variable of a distributed store that is used', async () => {
    const only = (...names: string[]) =>
      readConfig(
        backendConfig,
        Object.fromEntries(
          Object.entries(DISTRIBUTED).filter(([name]) => name === 'INKSTREAM_MODE' || names.includes(name)),
        ),
      );
    const log = silentLogger();
    await expect(openBackends(only(), log, ['eventStore'])).rejects.toThrow('EVENTSTORE_URL');
    await expect(openBackends(only(), log, ['bus'])).rejects.toThrow('KAFKA_BROKERS');
    await expect(openBackends(only(), log, ['readModel'])).rejects.toThrow('MONGODB_URL');
    await expect(openBackends(only('MINIO_URL'), log, ['objects'])).rejects.toThrow(
      /MINIO_ACCESS_KEY: is needed.*\n {2}MINIO_SECRET_KEY/,
    );
  });

  it('requires the password if Kafka uses SASL', async () => {
    const config = readConfig(backendConfig, { ...DISTRIBUTED, KAFKA_SASL_MECHANISM: 'plain' });
    await expect(openBackends(config, silentLogger(), ['bus'])).rejects.toThrow('KAFKA_SASL_PASSWORD');
  });
});
