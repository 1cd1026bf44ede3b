/** Every event of every job. */
export const JOB_EVENTS_TOPIC = 'ocr.job-events';
/** What no consumer could handle. */
export const DEAD_LETTER_TOPIC = 'ocr.dead-letters';
/** The announcements of running providers, the latest of each one kept. */
export const PROVIDERS_TOPIC = 'ocr.providers';
/** The work for one provider: its ExecutionRequested events. */
export const requestsTopic = (provider: string): string => `ocr.requests.${provider}`;
