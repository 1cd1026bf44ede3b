import { connectionFault } from '../http/connection-fault.ts';
import { vendorFetch } from '../http/vendor-fetch.ts';

// A process of its own, as Node reads NODE_EXTRA_CA_CERTS when it starts: prints the answer of the URL, or the fault.
try {
  console.log(await (await vendorFetch(process.argv[2] ?? '')).text());
} catch (error) {
  console.log(connectionFault(error, 'ACME')?.message ?? String(error));
}
process.exit();
