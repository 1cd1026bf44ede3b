import { startProvider } from '@inkstream/provider-kit';
import { readConfig, runService } from '@inkstream/service-kit';
import { paddleConfig, paddleLocal } from './provider.ts';

await runService(async () => startProvider(paddleLocal(readConfig(paddleConfig, process.env)), process.env));
