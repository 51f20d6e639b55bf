import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { InputError, jobOf } from '../../src/base/index.ts';
import { evaluateRun, openDirectory } from '../../src/run/index.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';

/** Values of another kind than a record's field has. */
const others = [null, [], 3, 'x', {}, true];

/** The places of a value down to three levels, lists by their first entry. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null || path.length === 3) return [];
  const keys = Array.isArray(value) ? Object.keys(value).slice(0, 1) : Object.keys(value);
  return keys.flatMap(key => [[...path, key], ...placesIn((value as Record<string, unknown>)[key], [...path, key])]);
}

function withValue(record: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  const copy = (Array.isArray(record) ? [...record] : { ...(record as object) }) as Record<string, unknown>;
  copy[key!] = rest.length === 0 ? value : withValue(copy[key!], rest, value);
  return copy;
}

describe('JSON of a run directory that parses to another shape', () => {
  let [folder, run] = ['', ''];
  beforeAll(async () => {
    folder = folderWith({
      'a.yaml': smallExperiment({
        data: '{ source: two-moons, train: 24, validation: 16, test: 16 }',
        posterior: '{ method: map, epochs: 1 }',
        transfer: '{ method: deterministic }',
        evaluate: '{ chips: 1, grid: 3, times: [6 s], archive: false }',
      }),
    });
    run = join(folder, 'run');
    await posterohm('run', join(folder, 'a.yaml'), '--out', run, '--quiet');
  });

  test.each(['run.json', 'evaluation.json', 'stages/range.json'])('%s', async name => {
    const file = join(run, name);
    const written = readFileSync(file, 'utf8');
    const record: unknown = JSON.parse(written);
    // Those that are made anew take longer than those that are refused.
    const tried = /^(at|files|files\.0|files\.0\.name)$/;
    const places = placesIn(record).filter(path => name === 'run.json' || tried.test(path.join('.')));
    const damaged = [null, ...places.flatMap(path => others.map(value => withValue(record, path, value)))];
    for (const value of damaged) {
      writeFileSync(file, JSON.stringify(value));
      const opened = openDirectory(run, { folder, job: jobOf() });
      const error: unknown = await opened.then(evaluateRun).then(
        () => undefined,
        error => error,
      );
      if (error !== undefined) expect(error, JSON.stringify(value)).toBeInstanceOf(InputError);
      writeFileSync(file, written);
    }
  });

  test('of an evaluation that its record stands by is refused with file and path', async () => {
    const other = join(folder, 'shaped');
    cpSync(run, other, { recursive: true });
    const file = join(other, 'evaluation.json');
    const evaluation = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const record = JSON.parse(readFileSync(join(other, 'stages/evaluation.json'), 'utf8')) as {
      files: { name: string; size: number; digest: string }[];
    };
    for (const [path, value] of [
      ['hardware.metrics', 3],
      ['times', { a: 1 }],
      ['weightDistance.mean', 'x'],
    ] as const) {
      const text = JSON.stringify(withValue(evaluation, path.split('.'), value));
      writeFileSync(file, text);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 32);
      const files = record.files.map(one =>
        one.name === 'evaluation.json' ? { ...one, size: Buffer.byteLength(text), digest } : one,
      );
      writeFileSync(join(other, 'stages/evaluation.json'), JSON.stringify({ ...record, files }));
      const { status, err } = await posterohm('evaluate', other, '--quiet');
      expect(err).toContain(`evaluation.json: ${path}: `);
      expect(status).toBe(2);
    }
  });

  test('a record of a stage that names files elsewhere removes none of them', async () => {
    const other = join(folder, 'other');
    cpSync(run, other, { recursive: true });
    writeFileSync(join(folder, 'mine.txt'), 'kept');
    const file = join(other, 'stages/range.json');
    const record = JSON.parse(readFileSync(file, 'utf8')) as { files: { name: string }[] };
    writeFileSync(file, JSON.stringify({ ...record, address: 'x', recipe: 'x', files: [{ name: '../mine.txt' }] }));
    await posterohm('evaluate', other, '--quiet', '--seed', '4');
    await posterohm('evaluate', other, '--quiet');
    expect(existsSync(join(folder, 'mine.txt'))).toBe(true);
  });

  test('an empty --out is refused', async () => {
    const { status, err } = await posterohm('run', join(folder, 'a.yaml'), '--out', '');
    expect([status, err]).toEqual([2, 'posterohm: --out: must name a place; leave it out for the default.\n']);
  });
});
