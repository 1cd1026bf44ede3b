/** The idle provider as a service of its own. */
import { definePlugin, startProvider } from '@inkstream/provider-kit';
import { runService } from '@inkstream/service-kit';
import { idle } from './idle.ts';

const provider = definePlugin({ name: idle.name, config: {}, define: () => idle });
await runService(() => startProvider(provider, process.env));
