import { TextractServiceException } from '@aws-sdk/client-textract';
import { createVendorErrors, type VendorAnswer, type VendorErrors } from '@inkstream/provider-kit';
import { z } from 'zod';

/**
 * What an exception means, by its name: its status says little, as ThrottlingException is a 500 and
 * ProvisionedThroughputExceededException a 400. A name that is not here counts by its status.
 */
function meaningOf(name: string) {
  switch (name) {
    case 'ThrottlingException':
    case 'ProvisionedThroughputExceededException':
    case 'LimitExceededException':
      return 'rate_limited';
    case 'AccessDeniedException':
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
    case 'IncompleteSignature':
    case 'MissingAuthenticationToken':
    case 'ExpiredTokenException':
    case 'OptInRequired':
    case 'SubscriptionRequiredException':
    case 'CredentialsProviderError':
      return 'credentials_rejected';
    case 'BadDocumentException':
      return 'corrupt_document';
    case 'DocumentTooLargeException':
      return 'document_too_large';
    case 'UnsupportedDocumentException':
      return 'unsupported_document';
    default:
      return undefined;
  }
}

/** The errors of Textract, and of credentials that cannot be had any more. */
export const textractErrors: VendorErrors = createVendorErrors({
  vendor: 'AWS Textract',
  body: z.object({ name: z.string(), message: z.string() }),
  answerOf,
  handle: ({ body: { name, message } }) => ({
    said: message && message !== name ? `${name}: ${message}` : name,
    code: meaningOf(name),
  }),
});

function answerOf(error: unknown): VendorAnswer | null {
  if (error instanceof TextractServiceException) {
    const { name, message, $metadata, $response } = error;
    const headers = new Headers($response?.headers);
    return { status: $metadata.httpStatusCode ?? 500, headers, body: { name, message } };
  }
  if (error instanceof Error && error.name === 'CredentialsProviderError')
    return { status: 401, headers: new Headers(), body: { name: error.name, message: '' } };
  return null;
}
