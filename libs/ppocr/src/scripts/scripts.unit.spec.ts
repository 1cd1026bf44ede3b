import { describe, expect, test } from 'vitest';
import type { Reading } from '../ctc.ts';
import { spreadContrast } from './contrast.ts';
import { withHalfWidth } from './half-width.ts';
import { lineModelOf, scriptClasses, scriptName, scriptsOf } from './line-models.ts';
import { withNumbersOf } from './numbers.ts';
import { type JudgedLine, scriptsOfPage } from './page-scripts.ts';
import { inOrderOfReading } from './reading-direction.ts';

/** A reading whose characters stand as far apart as `step`, from the left. */
function reading(text: string, { sure = 0.9, step = 1 / [...text].length } = {}): Reading {
  const characters = [...text].map((character, i) => ({ text: character, at: (i + 0.5) * step, sure }));
  return { text, confidence: sure, characters };
}

describe('numbers of a line in another script', () => {
  test('are those that the recogniser of Latin read, where both see a number', () => {
    const merged = withNumbersOf(reading('рис 532.90', { sure: 0.7 }), reading('puc $32.90', { sure: 0.95 }));
    expect(merged.text).toBe('рис $32.90');
    expect(merged.confidence).toBeGreaterThan(0.7);
  });

  test('stay if that one is not sure, sees letters, or where the other sees letters', () => {
    const line = reading('рис 12.90');
    expect(withNumbersOf(line, reading('puc 72.90', { sure: 0.5 })).text).toBe('рис 12.90');
    expect(withNumbersOf(line, reading('puc l2.9O')).text).toBe('рис 12.90');
    expect(withNumbersOf(reading('три рыбы'), reading('333 9bI6')).text).toBe('три рыбы');
  });

  test('two that stand in the place of one are both written, once', () => {
    expect(withNumbersOf(reading('чай 2*12.50'), reading('yau 2 12.50')).text).toBe('чай 2 12.50');
  });
});

describe('a line that is seen from the left', () => {
  test.each([
    ['םולש', 'שלום'],
    ['12.90 בלח', 'חלב 12.90'],
    ['02/03/2026 ךיראת', 'תאריך 02/03/2026'],
    ['VISA (סיטרכ)', '(כרטיס) VISA'],
    ['17% מ"עמ', 'מע"מ 17%'],
    ['TOTAL 12.90', 'TOTAL 12.90'],
  ])('%s is read %s', (seen, read) => {
    expect(inOrderOfReading(seen)).toBe(read);
  });
});

test('full-width numbers, letters and signs are as elsewhere, kana and ideographs as printed', () => {
  expect(withHalfWidth(reading('合計　￥１，２３０（税込）ﾄ')).text).toBe('合計 ¥1,230(税込)ﾄ');
});

test('ink becomes -1 and paper 1, however pale', () => {
  const grey = Float32Array.from([0.4, 0.2, 0.4, 0.2, 0.4, 0.2, 0.4]);
  spreadContrast(grey, 7, 1);
  expect([...grey].map((v) => Math.round(v))).toEqual([1, -1, 1, -1, 1, -1, 1]);
});

describe('the scripts of languages', () => {
  test('follow from CLDR', () => {
    expect([...scriptsOf(['ru', 'zh-TW', 'ja', 'ko', 'sr-Latn', 'uz'])]).toEqual([
      'Cyrl',
      'Hani',
      'Hang',
      'Latn',
    ]);
    expect([...scriptsOf(['vi'])]).toEqual(['Latn', 'Viet']);
    expect(() => scriptsOf(['no language'])).toThrow(RangeError);
  });

  test('have names and models', () => {
    expect(['Thai', 'Hani', 'Viet', 'Deva'].map(scriptName)).toEqual([
      'Thai',
      'Chinese or Japanese',
      'Vietnamese',
      'Devanagari',
    ]);
    const unreadable = scriptClasses.filter((script) => lineModelOf(script) === undefined);
    expect(unreadable).toEqual(['Latn', 'Zyyy', 'Turned']);
    expect(lineModelOf('Mong')).toBeUndefined();
  });
});

describe('the script of each line of a page', () => {
  const line = (sureness: Record<string, number>, more: Partial<JudgedLine> = {}): JudgedLine => ({
    scripts: Float32Array.from(scriptClasses, (script) => sureness[script] ?? 0),
    confidence: 0.95,
    length: 8,
    ...more,
  });
  const number = line({ Zyyy: 0.9, Thai: 0.1 });
  const latin = line({ Latn: 0.9, Cyrl: 0.1 });

  test('is none of a page in Latin, whatever a line may look like', () => {
    const doubtful = line({ Cyrl: 0.8, Latn: 0.2 });
    const page = Array.from({ length: 9 }, () => latin);
    expect(scriptsOfPage([...page, number, doubtful]).filter(Boolean)).toEqual([]);
  });

  test('is that of the page, in short lines too; numbers and Latin lines stay', () => {
    const thai = line({ Thai: 0.95, Laoo: 0.05 });
    const short = line({ Laoo: 0.7, Thai: 0.3 }, { length: 1.5, confidence: 0.4 });
    expect(scriptsOfPage([thai, thai, thai, number, short, latin])).toEqual([
      ...['Thai', 'Thai', 'Thai'],
      null,
      'Thai',
      null,
    ]);
  });

  test('may be two', () => {
    const [hang, cyrl] = [line({ Hang: 1 }), line({ Cyrl: 1 })];
    expect(scriptsOfPage([hang, cyrl, hang, latin])).toEqual(['Hang', 'Cyrl', 'Hang', null]);
  });

  test('is another than the page has, if that is sure, and nothing else could be read', () => {
    const name = line({ Hani: 0.99 }, { confidence: 0.5 });
    const page = Array.from({ length: 20 }, () => latin);
    expect(scriptsOfPage([...page, name]).at(-1)).toBe('Hani');
    expect(scriptsOfPage([...page, { ...name, confidence: 0.95 }]).at(-1)).toBeNull();
    expect(scriptsOfPage([...page, { ...name, length: 1 }]).at(-1)).toBeNull();
  });

  test('is Latin of lines that are surely that and were not looked at', () => {
    const plain: JudgedLine = { scripts: undefined, confidence: 0.99, length: 8 };
    expect(scriptsOfPage([plain, plain, line({ Thai: 1 }, { confidence: 0.3 })])).toEqual([
      null,
      null,
      'Thai',
    ]);
  });
});
