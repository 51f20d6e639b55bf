import { expect, test } from 'vitest';
import { insistTaken, uploadName } from '../../src/studio/upload-name.ts';

test('a table is taken up to the size that is read', () => {
  expect(() => insistTaken('a.csv', 64e6)).not.toThrow();
  expect(() => insistTaken('a.csv', 64e6 + 1)).toThrow('is larger than 64 MB');
});

test('a name keeps its letters and its extension, and leads nowhere', () => {
  expect(uploadName('Größe der Zellen.CSV')).toEqual({ stem: 'Gr-e-der-Zellen', extension: '.csv' });
  expect(uploadName('../../x.tsv')).toEqual({ stem: 'x', extension: '.tsv' });
});
