import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { metrics } from '@opentelemetry/sdk-node';

/** Of one attribute, such as `provider`, over all metrics of a process. */
const MOST_VALUES = 100;
/** What a value counts as once there are too many of its kind. */
const OTHER = 'other';

/**
 * Views that bound how many series a process makes, whatever its clients and vendors send: of each attribute the first
 * hundred values count as themselves, all later ones as `other`. The SDK's own limit holds for one collection only, while series of
 * cumulative metrics stay for as long as the process runs.
 */
export function boundedViews(): metrics.ViewOptions[] {
  const known = new Map<string, Set<AttributeValue>>();

  function isKnown(name: string, value: AttributeValue): boolean {
    let values = known.get(name);
    if (!values) {
      values = new Set();
      known.set(name, values);
    }
    if (values.size < MOST_VALUES) values.add(value);
    return values.has(value);
  }

  const bounds: metrics.IAttributesProcessor = {
    process(incoming) {
      let bounded: Attributes | undefined;
      for (const name in incoming) {
        const value = incoming[name];
        if (value === undefined || isKnown(name, value)) continue;
        bounded ??= { ...incoming };
        bounded[name] = OTHER;
      }
      return bounded ?? incoming;
    },
  };
  return [{ instrumentName: '*', attributesProcessors: [bounds] }];
}
