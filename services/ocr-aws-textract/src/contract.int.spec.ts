import { providerContract } from '@inkstream/provider-kit/contract';
import { awsTextract, textractException } from '@inkstream/testing/provider-doubles';
import { provider } from './provider.ts';

const exception = (name: string, status = 400) =>
  ({ kind: 'answer', ...textractException(name, status) }) as const;

providerContract({
  plugin: provider,
  vendor: awsTextract,
  key: 'AKIASECRETSECRETSECR',
  env: ({ url, key }) => ({
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: key ?? '',
    AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI-EXAMPLEKEY',
    AWS_TEXTRACT_BASE_URL: url,
  }),
  wants: 'AWS_REGION',
  errors: [
    {
      says: 'ThrottlingException, a 500',
      fault: exception('ThrottlingException', 500),
      code: 'rate_limited',
    },
    {
      says: 'ProvisionedThroughputExceededException, a 400',
      fault: exception('ProvisionedThroughputExceededException'),
      code: 'rate_limited',
    },
    {
      says: 'AccessDeniedException',
      fault: exception('AccessDeniedException'),
      code: 'credentials_rejected',
    },
    {
      says: 'ExpiredTokenException',
      fault: exception('ExpiredTokenException'),
      code: 'credentials_rejected',
    },
    { says: 'BadDocumentException', fault: exception('BadDocumentException'), code: 'corrupt_document' },
    {
      says: 'DocumentTooLargeException',
      fault: exception('DocumentTooLargeException'),
      code: 'document_too_large',
    },
    {
      says: 'UnsupportedDocumentException',
      fault: exception('UnsupportedDocumentException'),
      code: 'unsupported_document',
    },
    {
      says: 'InvalidParameterException',
      fault: exception('InvalidParameterException'),
      code: 'provider_rejected',
    },
    {
      says: 'InternalServerError',
      fault: exception('InternalServerError', 500),
      code: 'provider_unavailable',
    },
    {
      says: 'a name that nobody knows, with 503',
      fault: exception('Unheard', 503),
      code: 'provider_unavailable',
    },
    {
      says: 'a reading whose texts are none, with 200',
      fault: {
        kind: 'answer',
        status: 200,
        body: {
          ExpenseDocuments: [{ SummaryFields: [{ Type: { Text: 'TOTAL' }, ValueDetection: { Text: {} } }] }],
        },
        bought: true,
      },
      code: 'invalid_result',
    },
  ],
  rateLimit: { silent: textractException('ProvisionedThroughputExceededException'), waits: false },
  prepaid: false,
  resumes: false,
  readsText: true,
});
