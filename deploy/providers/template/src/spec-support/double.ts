import type { PictureContent, Vendor } from '@inkstream/testing/provider-doubles';

const said = (code: string, message: string) => ({ error: { code, message } });

const readingOf = ({ lines, fields }: PictureContent, model: string | null) => ({
  model: model ?? 'acme-2',
  lines: lines.map(({ text }) => text),
  receipt: {
    shop: fields.merchant ?? undefined,
    date: fields.date ?? undefined,
    currency: fields.currency ?? undefined,
    total: fields.total ?? undefined,
  },
});

/** Acme's API as its documentation describes it, for a double that looks at the picture it is sent. */
export const acmeVendor: Vendor = {
  keyOf: ({ headers }) => headers.authorization?.replace(/^Bearer /, ''),
  refuse: {
    key: () => ({ status: 401, body: said('bad_key', 'There is no such key') }),
    rate: ({ resetMs }) => ({
      status: 429,
      headers: { 'retry-after': String(Math.ceil(resetMs / 1_000)) },
      body: said('too_many', 'Too many requests'),
    }),
    credit: () => ({ status: 402, body: said('no_credit', 'The balance is used up') }),
    path: () => ({ status: 404, body: said('no_path', 'There is no such path') }),
  },
  routes: ({ buy }) => [
    {
      method: 'POST',
      path: /^\/v1\/read$/,
      kind: 'purchase',
      async handle({ body, query }) {
        return { status: 200, body: readingOf(await buy(body), query.get('model')) };
      },
    },
    {
      method: 'GET',
      path: /^\/v1\/models$/,
      kind: 'probe',
      handle: () => ({ status: 200, body: { models: ['acme-2'] } }),
    },
  ],
};
