/** Acme's double for trying the provider out without an account: at PORT, with the key test-key. Ctrl-C ends it. */
import { startDouble } from '@inkstream/testing/provider-doubles';
import { acmeVendor } from './double.ts';

const double = await startDouble(acmeVendor, { port: Number(process.env.PORT ?? 0) });
console.log(`Acme's double: ${double.url}, key ${double.key}`);
process.once('SIGINT', () => double.close()).once('SIGTERM', () => double.close());
