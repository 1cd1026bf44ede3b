/** The idle provider as a service of its own. */
import { startProvider } from '@inkstream/provider-kit';
import { runService } from '@inkstream/service-kit';
import { idle } from './idle.ts';

await runService(() => startProvider(idle, process.env));
