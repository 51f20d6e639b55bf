import { describe, expect, test } from 'vitest';
import { readTable, type TableOptions } from '../../src/base/index.ts';

const encoded = (text: string, encoding: 'utf16le' | 'latin1'): Uint8Array =>
  Uint8Array.from(Buffer.from(text, encoding));
const swapped = (bytes: Uint8Array): Uint8Array => bytes.map((_, i) => bytes[i ^ 1]!);

describe('tables are read as they are written', () => {
  const european = 'target;G (µS);t\n10;10,5;1\n10;1.009,25;1\n';
  const two = {
    names: ['x', 'y'],
    cells: [
      ['1.5', '2'],
      ['-2.5', '3'],
    ],
  };
  test.each<[string, string | Uint8Array, TableOptions, string, object]>([
    [
      'semicolons',
      european,
      {},
      'semicolon, decimal comma, header',
      {
        names: ['target', 'G (µS)', 't'],
        cells: [
          ['10', '10.5', '1'],
          ['10', '1009.25', '1'],
        ],
        lines: [2, 3],
      },
    ],
    [
      'a first row of one number',
      '1;\n2;3\n4;5\n',
      {},
      'semicolon, no header',
      {
        cells: [
          ['1', ''],
          ['2', '3'],
          ['4', '5'],
        ],
      },
    ],
    [
      'Latin-1',
      encoded(european, 'latin1'),
      {},
      'semicolon, decimal comma, Latin-1, header',
      { names: ['target', 'G (µS)', 't'] },
    ],
    [
      'UTF-16 with a mark',
      encoded(`\ufeff${european}`, 'utf16le'),
      {},
      'semicolon, decimal comma, UTF-16, header',
      { names: ['target', 'G (µS)', 't'] },
    ],
    [
      'UTF-16 without one',
      swapped(encoded(european, 'utf16le')),
      {},
      'semicolon, decimal comma, UTF-16, header',
      { names: ['target', 'G (µS)', 't'] },
    ],
    ['UTF-8 with a mark', '\ufeffx,y\n1.5,2\n-2.5,3', {}, 'comma, header', two],
    ['tabs', 'x\ty\r\n1.5\t2\r\n-2.5\t3\r\n', {}, 'tab, header', two],
    ['bars', 'x|y\n1.5|2\n-2.5|3', {}, 'bar, header', two],
    ['blanks', '  x   y\n 1.5   2\n-2.5   3\n', {}, 'blanks, header', two],
    ['quotes', '"x","y"\n"1,5","2"\n"-2,5","3"\n', {}, 'comma, decimal comma, header', two],
    [
      'no header',
      '1,5;2\n-2,5;3',
      {},
      'semicolon, decimal comma, no header',
      { names: ['column 0', 'column 1'], cells: two.cells, lines: [1, 2] },
    ],
    [
      'no header and texts',
      '84,M,1.5\n85,B,2.5',
      {},
      'comma, no header',
      { names: ['column 0', 'column 1', 'column 2'] },
    ],
    [
      'one column',
      'R\n1,5\n2,25',
      { decimal: ',' },
      'one column, decimal comma, header',
      { names: ['R'], cells: [['1.5'], ['2.25']] },
    ],
    [
      'a row of units',
      'x\ty\nµS\t[ms]\n1.5\t2\n-2.5\t3',
      {},
      'tab, header, row of units',
      { ...two, units: ['µS', 'ms'], lines: [3, 4] },
    ],
    [
      'a header in a comment',
      '# by numpy\n# x,y\n1.5,2\n# pause\n-2.5,3',
      {},
      'comma, header in a comment',
      { ...two, lines: [3, 5] },
    ],
    [
      'an instrument’s preamble',
      'Model 2400\nSerial, 12\n\nx,y,z\n1,2,3\n4,5,6\n',
      {},
      'comma, 2 lines above the table passed over, header',
      { names: ['x', 'y', 'z'], lines: [5, 6] },
    ],
    [
      'a delimiter in a line of its own',
      'sep=;\nx;y\n1,5;2\n-2,5;3',
      {},
      'semicolon, decimal comma, header',
      { ...two, lines: [3, 4] },
    ],
    [
      'a title in the first of many cells',
      'by hand;\nx;y\n1,5;2\n-2,5;3',
      {},
      'semicolon, decimal comma, 1 line above the table passed over, header',
      two,
    ],
    ['words below', 'x,y\n1.5,2\n-2.5,3\n\nend of data', {}, 'comma, 1 line below it passed over, header', two],
    [
      'an empty column in the middle',
      '1,,2\n3,,4',
      {},
      'comma, no header',
      { names: ['column 0', 'column 1', 'column 2'] },
    ],
    ['lines to skip', 'a,b\nx,y\n1.5,2\n-2.5,3', { skip: 1 }, 'comma, header', { ...two, lines: [3, 4] }],
    [
      'names of rows, as R writes them',
      '"a","b"\n"1",5,6\n"2",7,8\n"3",9,1',
      {},
      'comma, header',
      { names: ['row', 'a', 'b'] },
    ],
    [
      'commas between thousands',
      'x\ty\n1,234\t2.5\n2,500\t3.5\n',
      {},
      'tab, commas between thousands, header',
      {
        cells: [
          ['1234', '2.5'],
          ['2500', '3.5'],
        ],
      },
    ],
    [
      'points between thousands',
      'x\ty\n1.234,5\t2\n2.500,5\t3\n',
      {},
      'tab, decimal comma, header',
      {
        cells: [
          ['1234.5', '2'],
          ['2500.5', '3'],
        ],
      },
    ],
    [
      'commas before three digits between semicolons',
      'x;y\n1,234;2\n2,500;3\n',
      {},
      'semicolon, decimal comma, header',
      {
        cells: [
          ['1.234', '2'],
          ['2.500', '3'],
        ],
      },
    ],
    [
      'commas before three digits in quotes',
      '"x","y"\n"1,234","2"\n"2,500","3"\n',
      {},
      'comma, commas between thousands, header',
      {
        cells: [
          ['1234', '2'],
          ['2500', '3'],
        ],
      },
    ],
    ['decimal commas in every cell', '1,5;2,5\n-2,5;3,5', {}, 'semicolon, decimal comma, no header', {}],
    [
      'texts with blanks',
      'chip 1,at 5 V\nchip 2,at 6 V\n',
      {},
      'comma, no header',
      {
        cells: [
          ['chip 1', 'at 5 V'],
          ['chip 2', 'at 6 V'],
        ],
      },
    ],
    ['texts of which one is a number', 'M,84\nB,85\n3,86\nC,87', {}, 'comma, no header', {}],
    ['times as headers', 'cell,10 s,1 h\nA1,5,6\nA2,5,6\n', {}, 'comma, header', { names: ['cell', '10 s', '1 h'] }],
    ['entries with units', '10 uS,11 uS\n12 uS,13 uS\n', {}, 'comma, no header', { names: ['column 0', 'column 1'] }],
    ['a delimiter at the end of lines', 'x,y,\n1.5,2,\n-2.5,3,\n', {}, 'comma, header', two],
    ['# within a name', 'cell #1,y\n1,2\n2,3\n', {}, 'comma, header', { names: ['cell #1', 'y'] }],
    [
      'a header said to be none',
      'x,y\na,b\n',
      { header: false },
      'comma, no header',
      {
        cells: [
          ['x', 'y'],
          ['a', 'b'],
        ],
      },
    ],
    ['a header of texts', 'x,y\na,b\n', { header: true }, 'comma, header', { names: ['x', 'y'], cells: [['a', 'b']] }],
  ])('%s', (_, source, options, readAs, expected) => {
    expect(readTable(source, 't.csv', options)).toMatchObject({ ...expected, readAs });
  });

  test.each<[string, string | Uint8Array, string]>([
    [
      'a mark that may mean either',
      'x\ty\n1,234\t2\n2,500\t3\n',
      "t.csv: line 2: '1,234' may have a decimal comma or one between thousands; say which mark is decimal.",
    ],
    [
      'two decimal marks',
      'x;y\n1,2;2.5\n',
      "t.csv: line 2: '1,2' has a decimal comma where other numbers have a point",
    ],
    [
      'a row that is shorter',
      'x,y\n1,2\n3\n4,5',
      't.csv: line 3: has 1 cells where most have 2; complete the line, or say the delimiter if it is not the comma.',
    ],
    [
      'no text',
      Uint8Array.of(80, 75, 0, 0, 1),
      't.csv: is no text file: it holds bytes of zero; save the table as text (CSV, TSV).',
    ],
  ])('%s is told', (_, source, message) => {
    expect(() => readTable(source, 't.csv')).toThrow(message);
  });
});
