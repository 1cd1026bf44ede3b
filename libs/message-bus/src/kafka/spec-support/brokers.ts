import { backend } from '@inkstream/testing/backends';

const { env } = await backend('kafka');

/** The brokers of this test run. */
export const BROKERS = (env.KAFKA_BROKERS ?? '').split(',');
