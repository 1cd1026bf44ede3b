import { runService, startProvider } from '@inkstream/provider-kit';
import { provider } from './provider.ts';

await runService(() => startProvider(provider, process.env));
