// `inkstream setup`: makes what the services need in their backends, and ends.
import {
  DEAD_LETTER_TOPIC,
  DELETIONS_TOPIC,
  JOB_EVENTS_TOPIC,
  PROGRESS_TOPIC,
  PROVIDERS_TOPIC,
  requestsTopic,
  topicSpec,
} from '@inkstream/contracts';
import { createLogger, readConfig, runOnce, setUpBackends, setUpConfig } from '@inkstream/service-kit';

await runOnce(async () => {
  const config = readConfig(setUpConfig, process.env);
  const { SETUP_PROVIDERS: providers = [] } = config;
  const topics = [
    ...[JOB_EVENTS_TOPIC, DELETIONS_TOPIC, DEAD_LETTER_TOPIC, PROVIDERS_TOPIC, PROGRESS_TOPIC],
    ...providers.flatMap((name) => [requestsTopic(name), requestsTopic(name, 'bulk')]),
  ];
  await setUpBackends(config, topics.map(topicSpec), createLogger('setup', 'info'));
});
