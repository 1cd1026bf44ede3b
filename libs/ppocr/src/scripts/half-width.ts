import type { Reading } from '../ctc.ts';

/** Full-width forms of ASCII, and of the signs of yen and won: what East Asian print sets numbers in, too. */
const fullWidth = /[\uff01-\uff5e\uffe5\uffe6\u3000]/g;
const others: Readonly<Record<string, string>> = { '\uffe5': '¥', '\uffe6': '₩', '\u3000': ' ' };

/** The same with numbers, Latin letters and their punctuation in the form that they have elsewhere. */
export const withHalfWidth = (reading: Reading): Reading => ({ ...reading, text: halfWidth(reading.text) });

const halfWidth = (text: string) =>
  text.replace(fullWidth, (character) => {
    return others[character] ?? String.fromCharCode(character.charCodeAt(0) - 0xfee0);
  });
