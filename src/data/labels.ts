import { InputError } from '../base/index.ts';

/**
 * Class numbers of labels written as texts or numbers. Classes are sorted, by value where all labels are numbers, else
 * by their text. `place` names a row for the error.
 */
export function labelsOf(
  texts: readonly string[],
  place: (row: number) => string,
): { labels: Int32Array; names: string[] } {
  const missing = texts.findIndex(text => text === '' || text.toLowerCase() === 'nan');
  if (missing >= 0)
    throw new InputError(`${place(missing)}: has no label ('${texts[missing]}'); fill it in or remove the row.`);
  const numeric = texts.every(text => Number.isFinite(Number(text)));
  if (numeric) {
    const broken = texts.findIndex(text => !Number.isInteger(Number(text)));
    if (broken >= 0) {
      throw new InputError(
        `${place(broken)}: a class label must be a whole number or a text, got ${texts[broken]}; for real targets set task: regression.`,
      );
    }
  }
  const canonical = numeric ? texts.map(text => String(Number(text))) : texts;
  const names = [...new Set(canonical)].sort(numeric ? (a, b) => Number(a) - Number(b) : undefined);
  const numbers = new Map(names.map((name, i) => [name, i]));
  return { labels: Int32Array.from(canonical, text => numbers.get(text)!), names };
}
