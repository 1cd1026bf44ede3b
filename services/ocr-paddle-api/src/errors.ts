import { createVendorErrors, type Secret, type VendorErrors } from '@inkstream/provider-kit';
import { z } from 'zod';

export const VENDOR = 'PaddleOCR';

/** An error of a server of one's own, and one of the hosted service. */
const errorBody = z.union([
  z.object({ errorCode: z.number(), errorMsg: z.string() }),
  z.object({ code: z.number(), msg: z.string() }),
]);

/** The hosted service's code for a quota of the day that is used up: no wait of minutes brings it back. */
const QUOTA_USED_UP = 12_003;

export const paddleErrors = (key: Secret | undefined): VendorErrors =>
  createVendorErrors({
    vendor: VENDOR,
    key,
    body: errorBody,
    handle: ({ body }) =>
      'msg' in body
        ? { said: body.msg, code: body.code === QUOTA_USED_UP ? 'credit_exhausted' : undefined }
        : { said: body.errorMsg },
  });
