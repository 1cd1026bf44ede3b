// `inkstream setup`: makes what the services need in their backends, and ends.
import { topicsWith } from '@inkstream/contracts';
import { createLogger, readConfig, runOnce, setUpBackends, setUpConfig } from '@inkstream/service-kit';

await runOnce(async () => {
  const config = readConfig(setUpConfig, process.env);
  const { SETUP_PROVIDERS: providers = [] } = config;
  await setUpBackends(config, topicsWith(providers), createLogger('setup', 'info'));
});
