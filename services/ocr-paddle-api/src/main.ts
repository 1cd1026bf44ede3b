import { startProvider } from '@inkstream/provider-kit';
import { runService } from '@inkstream/service-kit';
import { provider } from './provider.ts';

await runService(() => startProvider(provider, process.env));
