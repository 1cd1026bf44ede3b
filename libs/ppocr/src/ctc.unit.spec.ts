import { expect, test } from 'vitest';
import { parseAlphabet } from './alphabet.ts';
import { decodeCtc } from './ctc.ts';

const alphabet = parseAlphabet('a\nb\n:\n×\n');
const classes = { blank: 0, a: 1, b: 2, ':': 3, '×': 4, ' ': 5 };
type Frame = Partial<Record<keyof typeof classes, number>>;

function decode(frames: Frame[]) {
  const p = frames.flatMap((frame) => {
    const row = new Array<number>(6).fill(0);
    for (const [name, value] of Object.entries(frame)) row[classes[name as keyof typeof classes]] = value;
    return row;
  });
  return decodeCtc(Float32Array.from(p), 6, alphabet);
}

test('repeats merge unless a blank parts them, and confidence is the mean of the characters', () => {
  const { text, confidence } = decode([{ a: 1 }, { a: 1 }, { blank: 1 }, { a: 0.5 }, { b: 0.75 }]);
  expect(text).toBe('aab');
  expect(confidence).toBeCloseTo(0.75);
});

test('nothing but blanks is an empty line without confidence', () => {
  expect(decode([{ blank: 1 }, { blank: 0.9, a: 0.1 }])).toEqual({ text: '', confidence: 0, characters: [] });
});

test('a probable space between characters is written though blank wins', () => {
  expect(decode([{ a: 1 }, { blank: 0.7, ' ': 0.3 }, { b: 1 }]).text).toBe('a b');
  expect(decode([{ a: 1 }, { blank: 0.9, ' ': 0.1 }, { b: 1 }]).text).toBe('ab');
  expect(decode([{ a: 1 }, { blank: 0.9, ' ': 0.1 }, { ':': 1 }]).text).toBe('a :');
  expect(decode([{ a: 1 }, { blank: 0.4, ' ': 0.6 }, { b: 1 }]).text).toBe('a b');
});

test('look-alikes that receipts do not use are passed over', () => {
  expect(decode([{ '×': 0.6, a: 0.4 }]).text).toBe('a');
});

test('a letter of which the frames do not agree whether it is a capital is one letter', () => {
  const cased = parseAlphabet('T\nt\n');
  const read = (...frames: number[][]) => decodeCtc(Float32Array.from(frames.flat()), 4, cased).text;
  expect(read([0.1, 0.5, 0.4, 0], [0.1, 0.3, 0.6, 0])).toBe('t');
  expect(read([0.1, 0.5, 0.4, 0], [1, 0, 0, 0], [0.1, 0.3, 0.6, 0])).toBe('Tt');
});

test('each character says where along the line it is, and how sure', () => {
  expect(decode([{ blank: 1 }, { a: 0.5 }, { blank: 1 }, { b: 0.75 }]).characters).toEqual([
    { text: 'a', at: 0.375, sure: 0.5 },
    { text: 'b', at: 0.875, sure: 0.75 },
  ]);
});
