import type { Attributes } from '@opentelemetry/api';

/** What a span or a log line is about. */
export interface Subject {
  readonly jobId?: number | undefined;
  readonly executionId?: number | undefined;
  readonly provider?: string | undefined;
  readonly tenant?: string | undefined;
  readonly requestId?: string | undefined;
}

/** The attributes of a span that say what it is about; what is unknown is left out. */
export const subjectAttributes = (subject: Subject): Attributes => ({
  'inkstream.job.id': subject.jobId,
  'inkstream.execution.id': subject.executionId,
  'inkstream.provider': subject.provider,
  'inkstream.tenant': subject.tenant,
  'inkstream.request.id': subject.requestId,
});
