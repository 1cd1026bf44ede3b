import {
  type DistortionKind,
  distortionKinds,
  type Locale,
  type LocalePicture,
  localePicture,
  locales,
} from '@inkstream/testing';
import type { Case, Truth } from './truth.ts';

export interface LocaleChoice {
  /** Pictures of each locale. */
  readonly count: number;
  readonly firstSeed: number;
  /** Tags of locales: all if left out. */
  readonly only?: readonly string[] | undefined;
  /** All if left out. */
  readonly kinds?: readonly string[] | undefined;
}

/** Pictures of generated receipts, those of a locale each of another kind of distortion in turn. */
export function localeCases({ count, firstSeed, only, kinds }: LocaleChoice): Case[] {
  const numbered = locales.map((locale, number) => ({ locale, number }));
  const among = distortionKinds.filter((kind) => kinds?.includes(kind) ?? true);
  const chosen = numbered.filter(({ locale }) => only?.includes(locale.tag) ?? true);
  return Array.from({ length: count }, (_, at) => at).flatMap((at) =>
    chosen.map(({ locale, number }): Case => {
      const seed = firstSeed + at;
      const kind = among[(number + at) % among.length] ?? 'flat';
      return {
        id: `${locale.tag}:${seed}:${kind}`,
        mimeType: 'image/jpeg',
        open: async () => {
          const picture = await localePicture(locale, { seed, kind });
          return { bytes: picture.image, truth: truthOf(locale, kind, picture) };
        },
      };
    }),
  );
}

const numberOf = (text: string | null | undefined) => (text == null ? null : Number(text));

function truthOf(locale: Locale, kind: DistortionKind, { receipt, lines }: LocalePicture): Truth {
  const { fields } = receipt;
  const whole = lines.filter(({ quad }) => quad.every(([x]) => x >= 0));
  return {
    language: new Intl.Locale(locale.tag).language,
    kind,
    merchant: [fields.merchant, fields.legalName].filter((name) => name != null),
    // The edge takes the first digit of a date that stands at it.
    date: kind === 'cut' ? null : (fields.date ?? null),
    time: kind === 'cut' ? null : (fields.time ?? null),
    currency: locale.currency,
    total: numberOf(fields.total),
    subtotal: numberOf(fields.subtotal),
    tax: numberOf(fields.tax),
    tip: numberOf(fields.tip),
    items: fields.items.map(({ amount }) => ({ amount: Number(amount) })),
    snippets: whole.map(({ text }) => text).filter((text) => (text.match(/\p{L}/gu)?.length ?? 0) >= 3),
  };
}
