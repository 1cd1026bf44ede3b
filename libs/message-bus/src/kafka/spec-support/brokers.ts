import { engine } from '@inkstream/testing/engines';

const { env } = await engine('kafka');

/** The brokers of this test run. */
export const BROKERS = (env.KAFKA_BROKERS ?? '').split(',');
