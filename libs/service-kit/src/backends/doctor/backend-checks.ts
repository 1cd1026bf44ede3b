import type { TopicSpec } from '@inkstream/message-bus';
import { certificatesCheck } from '../../doctor/certificates.ts';
import type { Check } from '../../doctor/finding.ts';
import type { BackendConfig } from '../backend-config.ts';
import { busCheck } from './bus.ts';
import { dataFolderCheck } from './data-folder.ts';
import { eventStoreCheck, objectStoreCheck, readModelCheck } from './stores.ts';

/** What there is to look at of the backends: the data folder, or each server and its certificate. */
export const backendChecks = (
  config: BackendConfig,
  topics: readonly TopicSpec[],
  now: () => Date,
): readonly Check[] =>
  config.INKSTREAM_MODE === 'embedded'
    ? [dataFolderCheck(config)]
    : [
        eventStoreCheck(config),
        busCheck(config, topics),
        objectStoreCheck(config),
        readModelCheck(config),
        certificatesCheck(config, now),
      ];
