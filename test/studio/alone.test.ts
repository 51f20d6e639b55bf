import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openAlone, openBrowser, openView } from '../../scripts/studio-views.mjs';
import { jobOf } from '../../src/base/index.ts';
import { kernels, useKernels } from '../../src/kernels/index.ts';
import { loadWasm } from '../../src/kernels/wasm/kernels.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import { requestNamed } from '../../src/studio/rooms/index.ts';
import { pack, unpack } from '../../src/studio/wire.ts';
import { MemoryWorkspace } from '../../studio/alone/memory-workspace.ts';
import { folderWith, posterohm, smallExperiment } from '../cli/shell.ts';
import { askingHere, askingInPage, differences, looks, runAndLook } from '../support/alone.ts';

const text = smallExperiment({
  posterior: '{ method: laplace }',
  hardware: '{ device: pcm-ibm }',
  sampling: '{ samples: 4, entropy: frozen }',
  evaluate: '{ chips: 2, grid: 9, times: [20 s, 1 d], archive: false }',
  variants: '{ half: { hardware: { spread: 0.5 } } }',
});

/** Kernels that browsers have too. */
const before = kernels();
beforeAll(() => useKernels(loadWasm()!));
afterAll(() => useKernels(before));

/** What a page alone is asked, and what it answers. */
const asked = askingHere(new MemoryWorkspace({}));
let alone: Awaited<ReturnType<typeof runAndLook>>;
beforeAll(async () => {
  alone = await runAndLook(asked, text);
});

test('a page alone answers as a server does', async () => {
  const folder = folderWith({ 'own.yaml': text });
  await posterohm('run', join(folder, 'own.yaml'), '--out', join(folder, 'run'), '--quiet');
  const given = { workspace: new FolderWorkspace(folder), job: jobOf(), activities: undefined as never };
  const served = async (name: string, question: unknown) => {
    const request = requestNamed(name);
    const answer = await request.answer(request.schema.parse(question), given);
    return unpack(pack(answer).buffer);
  };
  const [run] = (await served('run.list', {})) as { metrics: unknown }[];
  expect(alone.metrics).toEqual(run!.metrics);
  for (const [name, question] of Object.entries(looks)) {
    expect(alone[name], name).toEqual(await served(name, { directory: 'run', ...question }));
  }
  const { html } = (await asked.ask('run.report', { directory: alone.path })) as { html: string };
  const sectionsOf = (report: string) => report.match(/<h2[^>]*>.*?<\/h2>/g);
  expect(sectionsOf(html)).toEqual(sectionsOf(readFileSync(join(folder, 'run/report.html'), 'utf8')));
  expect(html).toContain('a page without a server');
});

test('a file that is dropped on a page alone twice is one file', async () => {
  const { drop } = askingHere(new MemoryWorkspace({}));
  expect(await drop('cells.csv', Uint8Array.of(1, 2))).toEqual({ file: 'cells.csv' });
  expect(await drop('cells.csv', Uint8Array.of(1, 2))).toEqual({ file: 'cells.csv' });
  expect(await drop('cells.csv', Uint8Array.of(1, 3))).toEqual({ file: 'cells-2.csv' });
  await expect(drop('cells.csv', new Uint8Array())).rejects.toThrow('is empty');
});

test('a page alone says what is wrong as a server does', async () => {
  const { ask } = askingHere(new MemoryWorkspace({}));
  const file = 'own.yaml';
  await expect(ask('run.start', { file })).rejects.toThrow('is not there');
  await expect(ask('uncertainty.look', { directory: 'runs/none' })).rejects.toThrow('is no run of this page');
  await expect(ask('explore.list', {})).rejects.toThrow("'explore.list'");
  await expect(ask('experiment.read', { file })).rejects.toThrow('does not exist');
  await ask('experiment.save', { file, text, changed: 0 });
  expect(await ask('experiment.read', { file })).toMatchObject({ text });
  await expect(ask('experiment.save', { file, text: '', changed: 1 })).rejects.toThrow('was changed elsewhere');
  expect(await ask('experiment.check', { file, text })).toMatchObject({ faults: [], about: { chips: 2 } });
});

const said = chromiumPath ? '' : ' (skipped: no Chromium; POSTEROHM_CHROMIUM may name one)';

describe.skipIf(!chromiumPath)(`a page alone in a browser${said}`, () => {
  test('shows its rooms from plain files, and computes to the bits of WebAssembly in Node', async () => {
    const served = await openAlone();
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const hosts = new Set<string>();
      page.on('request', request => hosts.add(new URL(request.url()).host));
      const worker = page.waitForEvent('worker');
      await openView(page, served.address, ['', 'Two moons on phase-change memory, quickly']);
      expect(await page.getByRole('navigation').innerText()).not.toContain('Explore');
      await openView(page, served.address, ['#/explore', 'works without a server']);
      const found = await runAndLook(await askingInPage(page, (await worker).url()), text);
      expect(differences(found, alone)).toEqual([]);
      expect(hosts).toEqual(new Set([new URL(served.address).host]));
    } finally {
      await browser.close();
      await served.close();
    }
  });
});
