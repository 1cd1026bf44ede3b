/** Writes words of each script as JSON, from the names that CLDR has in its languages: usage: words.ts FILE */
import { writeFile } from 'node:fs/promises';
import { argv } from 'node:process';

const languages: Record<string, readonly string[]> = {
  Latn: 'en de fr pl cs tr es pt it nl sv fi hu ro id ms da nb hr et lv lt is sk sl'.split(' '),
  Viet: ['vi'],
  Cyrl: ['ru', 'uk', 'bg', 'sr', 'mk', 'be', 'kk'],
  Grek: ['el'],
  Hang: ['ko'],
  Hani: ['ja', 'zh-Hans', 'zh-Hant'],
  Arab: ['ar', 'fa', 'ur'],
  Hebr: ['he'],
  Thai: ['th'],
  Deva: ['hi', 'mr', 'ne'],
  Beng: ['bn'],
  Taml: ['ta'],
  Telu: ['te'],
  Gujr: ['gu'],
  Guru: ['pa'],
  Knda: ['kn'],
  Mlym: ['ml'],
  Sinh: ['si'],
  Khmr: ['km'],
  Laoo: ['lo'],
  Mymr: ['my'],
  Geor: ['ka'],
  Armn: ['hy'],
  Ethi: ['am'],
};

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
const pairs = letters.flatMap((a) => letters.map((b) => a + b));
const codes = {
  region: pairs.map((pair) => pair.toUpperCase()),
  language: pairs,
  currency: Intl.supportedValuesOf('currency'),
} as const;

function wordsOf(language: string): string[] {
  const names = Object.entries(codes).flatMap(([type, list]) => {
    const display = new Intl.DisplayNames([language], {
      type: type as keyof typeof codes,
      fallback: 'none',
    });
    return list.flatMap((code) => display.of(code) ?? []);
  });
  const units = Intl.supportedValuesOf('unit').map((unit) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(12),
  );
  const dates = Array.from({ length: 12 }, (_, month) =>
    new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(new Date(2024, month, 3 + month)),
  );
  return [...new Set([...names, ...units, ...dates])];
}

const [, , file] = argv;
if (file === undefined) throw new Error('usage: words.ts FILE');
const words = Object.fromEntries(
  Object.entries(languages).map(([script, list]) => [
    script,
    Object.fromEntries(list.map((language) => [language, wordsOf(language)])),
  ]),
);
await writeFile(file, JSON.stringify(words));
