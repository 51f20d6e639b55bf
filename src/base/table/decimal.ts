import { InputError } from '../errors.ts';

export type DecimalMark = '.' | ',';

/** What tables write where there is no value. */
const missing = new Set(['', 'na', 'n/a', '#n/a', 'nan', 'null', 'none', '-', '--', '?']);

/** Whether a cell says that it has no value. */
export const isMissing = (cell: string): boolean => missing.has(cell.toLowerCase());

const exponentAndUnit = String.raw`([eE][-+−]?\d+)?(\s*[^\d\s.,;]{1,6})?$`;
const number = new RegExp(String.raw`^[-+−]?(\d+\.?\d*|\.\d+)${exponentAndUnit}`);

/** Whether a cell with a decimal point is a number, a unit behind it or not. */
export const isNumber = (cell: string): boolean => number.test(cell);

/** Whether it is a number and nothing else. */
export const isBareNumber = (cell: string): boolean => /^[-+−]?(\d+\.?\d*|\.\d+)([eE][-+−]?\d+)?$/.test(cell);

const withDecimalPoint = new RegExp(String.raw`^[-+−]?\d*\.\d+${exponentAndUnit}`);
const withDecimalComma = new RegExp(String.raw`^[-+−]?\d*,\d+${exponentAndUnit}`);
/** 1,234,567.8: commas between thousands. */
const commasBetween = new RegExp(String.raw`^[-+−]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?${exponentAndUnit}`);
/** 1.234.567,8: points between thousands. */
const pointsBetween = new RegExp(String.raw`^[-+−]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?${exponentAndUnit}`);

/**
 * The decimal mark of the numbers of a table. Numbers that are nothing but a comma before three digits can be read either
 * way: between semicolons the comma is decimal, in a comma-separated table it parts thousands, else the user is asked.
 */
export function decimalMarkOf(
  records: readonly { readonly cells: readonly string[]; readonly line: number }[],
  delimiter: string,
  where: string,
): DecimalMark {
  let points = false;
  let commas: { cell: string; line: number } | undefined;
  let certain = false;
  for (const { cells, line } of records) {
    for (const cell of cells) {
      if (!cell.includes(',')) points ||= withDecimalPoint.test(cell) && !pointsBetween.test(cell);
      else if (cell.includes('.')) {
        if (commasBetween.test(cell)) return '.';
        if (pointsBetween.test(cell)) return ',';
      } else if (withDecimalComma.test(cell) || commasBetween.test(cell)) {
        commas ??= { cell, line };
        certain ||= !commasBetween.test(cell);
      }
    }
  }
  if (!commas) return '.';
  if (points && !certain) return '.';
  if (certain && !points) return ',';
  if (!points && delimiter === ';') return ',';
  if (!points && delimiter === ',') return '.';
  throw new InputError({
    file: where,
    path: [`line ${commas.line}`],
    rule: points
      ? `'${commas.cell}' has a decimal comma where other numbers have a point`
      : `'${commas.cell}' may have a decimal comma or one between thousands`,
    hint: 'say which mark is decimal',
  });
}

/** A cell with a decimal point in place of another mark; what is no number stays as it is. */
export function withPoint(cell: string, decimal: DecimalMark): string {
  if (decimal === ',') {
    if (withDecimalComma.test(cell)) return cell.replace(',', '.');
    return pointsBetween.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell;
  }
  return commasBetween.test(cell) ? cell.replaceAll(',', '') : cell;
}
