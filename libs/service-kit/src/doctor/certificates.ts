import type { BackendConfig } from '../backends/backend-config.ts';
import { certificatesOf } from '../certificates.ts';
import { type Check, fault, ok, warning } from './finding.ts';

const DAY_MS = 86_400_000;
/** So many days before its end a certificate is warned of. */
const WARN_DAYS = 30;

/** When the certificates end of the backends that are reached by TLS. */
export const certificatesCheck = (config: BackendConfig, now: () => Date): Check => ({
  subject: 'Certificates',
  todo: 'correct the address of the backend',
  async look() {
    const all = await certificatesOf(config);
    return all.map(({ dependency, validTo }) => {
      const days = Math.floor((validTo.getTime() - now().getTime()) / DAY_MS);
      const says = `that of ${dependency} ends on ${validTo.toISOString().slice(0, 10)}, in ${days} days`;
      if (days < 0)
        return fault(says.replace(/, in .*/, ', which is past'), 'renew it now: nobody can connect');
      return days < WARN_DAYS ? warning(says, 'renew it before that day') : ok(says);
    });
  },
});
