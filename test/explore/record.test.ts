import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { StudyEvent } from '../../src/explore/events.ts';
import { headerOf } from '../../src/explore/header.ts';
import { openRecord, readRecord } from '../../src/explore/record.ts';
import { holdStudy } from '../../src/explore/workplace.ts';
import { play, studyOf } from './play.ts';
import { schaffer } from './problems.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-record-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const fresh = () => join(folder, `${files++}`, 'study.jsonl');
/** As faults tell it, from where the process works. */
const shown = (file: string) => relative('', file);

const study = studyOf(schaffer({ noise: 0.3, repeats: 3 }), { budget: { trials: 12 } });
const header = headerOf(study, 1e12);
const { events } = await play(study);
const all: readonly StudyEvent[] = [header, ...events, { event: 'budget', at: 1, from: 12, budget: { time: 3 } }];

async function write(file: string, added: readonly StudyEvent[] = all): Promise<void> {
  const record = await openRecord(file);
  for (const event of added) record.append(event);
  await record.close();
}

describe('a record', () => {
  test('gives back what was added, an event a line', async () => {
    const file = fresh();
    await write(file);
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(all.length + 1);
    expect(await readRecord(file)).toEqual(all);
    await write(file, [{ event: 'decided', at: 2, what: 'end', from: 12 }]);
    expect(await readRecord(file)).toHaveLength(all.length + 1);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('has an event with the system before append returns', async () => {
    const file = fresh();
    const record = await openRecord(file);
    record.append(header);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(header);
    await record.settle();
    await record.close();
  });

  test('loses no more than the line that was cut off, wherever it was', async () => {
    const file = fresh();
    await write(file);
    const whole = readFileSync(file);
    const last = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (const length of [whole.length - 1, last + 20, last + 1, last]) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await readRecord(file)).toEqual(all.slice(0, -1));
      await write(file, [all.at(-1)!]);
      expect(readFileSync(file)).toEqual(whole);
    }
    // A disk that lost power may leave zeros.
    truncateSync(file, whole.length + 100);
    const record = await openRecord(file);
    await record.close();
    expect(record.events).toEqual(all);
    expect(readFileSync(file)).toEqual(whole);
  });

  test('says where it is damaged', async () => {
    const file = fresh();
    await write(file);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, lines.with(4, '{"event":').join('\n'));
    await expect(openRecord(file)).rejects.toThrow(
      `${shown(file)}: line 5 is damaged and lines follow it; take the file from a copy, or begin a new study.`,
    );
    writeFileSync(file, lines.with(2, '{"event":"asked","at":0,"request":-1}').join('\n'));
    await expect(readRecord(file)).rejects.toThrow(`${shown(file)}: line 3.request: must be at least 0, got -1`);
    // The lock went with the error.
    writeFileSync(file, lines.join('\n'));
    await write(file, []);
  });

  test('of a newer format is left alone', async () => {
    const file = fresh();
    await write(file);
    const text = readFileSync(file, 'utf8').replace('posterohm/study/1', 'posterohm/study/2');
    writeFileSync(file, text);
    await expect(openRecord(file)).rejects.toThrow(
      `${shown(file)}: schema: must be posterohm/study/1, the format that this version of posterohm reads, got 'posterohm/study/2'; use the version that wrote it, or another folder.`,
    );
    expect(readFileSync(file, 'utf8')).toBe(text);
    appendFileSync(join(folder, 'other.jsonl'), '{"anything":1}\n');
    await expect(readRecord(join(folder, 'other.jsonl'))).rejects.toThrow('schema: must be posterohm/study/1');
  });

  test('has one writer', async () => {
    const file = fresh();
    const first = await openRecord(file);
    await expect(openRecord(file)).rejects.toThrow(
      `${shown(file)}: is being worked on by process ${process.pid} of ${hostname()}; wait for it or stop it; one process writes a study.`,
    );
    expect(await readRecord(file)).toEqual([]);
    await first.close();
    // The lock of a process that was killed holds nobody up.
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(`${file}.lock`, JSON.stringify({ host: hostname(), process: pid, id: 'gone' }));
    await write(file);
    expect(await readRecord(file)).toEqual(all);
    // A file where a folder should be has none.
    expect(await readRecord(join(file, 'study.jsonl'))).toEqual([]);
  });

  test('is one of several in a folder that one process has at a time', async () => {
    const own = dirname(fresh());
    const lock = await holdStudy(own);
    await expect(holdStudy(own)).rejects.toThrow(`${own}: is being worked on by process ${process.pid} of `);
    await write(join(own, 'study.jsonl'));
    await lock.release();
    await (await holdStudy(own)).release();
  });

  test('says what cannot be written', async () => {
    const file = join(folder, 'no-folder', 'study.jsonl');
    writeFileSync(join(folder, 'no-folder'), '');
    await expect(openRecord(file)).rejects.toThrow(/no-folder: cannot be written \(EEXIST|ENOTDIR\)/);
  });
});
