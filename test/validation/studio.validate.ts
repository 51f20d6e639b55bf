import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chromiumPath,
  type OpenStudio,
  openBrowser,
  openStudio,
  openView,
  viewsOf,
} from '../../scripts/studio-views.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = mkdtempSync(join(tmpdir(), 'studio-pictures-'));

/** What axe finds against the page, and where. */
async function violations(page: Page): Promise<string[]> {
  const found = (await page.evaluate(`${axe}; axe.run()`)) as {
    violations: { id: string; nodes: { target: string[] }[] }[];
  };
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.target.join(' ')}`);
}

describe.skipIf(!chromiumPath)('the studio in Chromium', () => {
  let studio: OpenStudio;
  let browser: Browser;
  beforeAll(async () => {
    studio = await openStudio();
    browser = await openBrowser();
    process.stderr.write(`pictures: ${pictures}\n`);
  });
  afterAll(async () => {
    await browser?.close();
    await studio?.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 390]) {
      test(`every room opens and is accessible, ${colorScheme}, ${width} pixels wide`, async () => {
        for (const [name, view] of Object.entries(viewsOf(studio.directory))) {
          const page = await browser.newPage({
            viewport: { width, height: 800 },
            colorScheme,
            reducedMotion: 'reduce',
          });
          await openView(page, studio.address, view);
          await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
          expect.soft(await violations(page), `${name}`).toEqual([]);
          const wider = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
          expect.soft(wider, `${name} is wider than the window`).toBeLessThanOrEqual(0);
          await page.close();
        }
      });
    }
  }

  test('an experiment goes from a template to its report; another tab sees it', async () => {
    const [page, other] = [await browser.newPage(), await browser.newPage()];
    await openView(page, studio.address, viewsOf('').home!);
    await page.getByRole('button', { name: 'Begin with moons-stopping' }).click();
    await page.getByText('Experiment as YAML').or(page.locator('.cm-content')).first().waitFor();
    await page.locator('.cm-content').click();
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      'name: from-template\nseed: 3\ndata: { source: two-moons, train: 64, validation: 64, test: 64 }\nnetwork: { layers: [dense 8 tanh, dense 2] }\nposterior: { method: laplace }\nsampling: { entropy: frozen, samples: 8 }\nevaluate: { chips: 2, grid: 12 }\n',
    );
    await page.getByRole('button', { name: 'Run', exact: true }).and(page.locator(':enabled')).click();
    await page.getByText('is done').waitFor({ timeout: 120_000 });
    await page.getByText('The whole report').waitFor({ timeout: 60_000 });
    await openView(other, studio.address, ['#/run', 'from-template']);
    const [report] = await Promise.all([page.waitForEvent('popup'), page.getByText('The whole report').click()]);
    await report.getByText('Repeat this run').first().waitFor();
    // The report runs its own script, but as a page of nowhere.
    await report.getByRole('button', { name: 'Save figure 1 as SVG' }).waitFor();
    expect(await report.evaluate('window.origin')).toBe('null');
    await Promise.all([page.close(), other.close(), report.close()]);
  });

  test('a run is stopped, keeps its place, and is taken up again to the same result', async () => {
    const long =
      'name: long\nseed: 5\ndata: { source: two-moons }\nnetwork: { layers: [dense 16 tanh, dense 2] }\nposterior: { method: nuts, chains: 2, warmup: 600, draws: 600 }\nsampling: { entropy: frozen, samples: 8 }\nevaluate: { chips: 2, grid: 12 }\n';
    writeFileSync(join(studio.folder, 'long.yaml'), long);
    const page = await browser.newPage();
    await openView(page, studio.address, ['#/experiment/long.yaml', 'classification of']);
    await page.getByRole('button', { name: 'Run', exact: true }).and(page.locator(':enabled')).click();
    await page.getByText('training').first().waitFor({ timeout: 180_000 });
    const underWay = "[...document.querySelectorAll('.parts progress')].some(p => p.value > 0.05 && p.value < 1)";
    await expect.poll(() => page.evaluate(underWay), { timeout: 60_000 }).toBe(true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('was stopped').waitFor({ timeout: 30_000 });
    const run = readdirSync(join(studio.folder, 'runs')).find(name => name.startsWith('long-'))!;
    await page.getByRole('button', { name: 'Take it up' }).click();
    await page.getByText('is done').waitFor({ timeout: 240_000 });
    const found = JSON.parse(readFileSync(join(studio.folder, 'runs', run, 'evaluation.json'), 'utf8'));
    const bin = fileURLToPath(new URL('../../bin/posterohm.mjs', import.meta.url));
    const undisturbed = join(studio.folder, 'undisturbed');
    execFileSync(process.execPath, [bin, 'run', join(studio.folder, 'long.yaml'), '--out', undisturbed, '--quiet']);
    expect(found).toEqual(JSON.parse(readFileSync(join(undisturbed, 'evaluation.json'), 'utf8')));
    await page.close();
  });

  test('a study is begun, its front grows, it is stopped and taken up again to the same front', async () => {
    const text = readFileSync(join(studio.folder, 'study.yaml'), 'utf8');
    writeFileSync(
      join(studio.folder, 'grows.yaml'),
      text
        .replace('quick-study', 'grows')
        .replace('variables:', 'variables:\n  network.layers.0.width: { integer: [4, 40] }')
        .replace('trials: 10', 'trials: 60'),
    );
    const page = await browser.newPage();
    await openView(page, studio.address, ['#/explore', 'Begin a study']);
    await page.getByRole('button', { name: 'Search grows.yaml' }).click();
    const measured = page.getByText(/^[1-9]\d* of \d+ designs keep it/);
    await measured.waitFor({ timeout: 180_000 });
    const first = await measured.innerText();
    await expect.poll(() => measured.innerText(), { timeout: 180_000 }).not.toBe(first);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('was stopped; it').waitFor({ timeout: 60_000 });
    const place = join('studies', readdirSync(join(studio.folder, 'studies')).find(name => name.startsWith('grows-'))!);
    const lines = () => readFileSync(join(studio.folder, place, 'study.jsonl'), 'utf8');
    const before = lines();
    await page.getByRole('button', { name: 'Take it up' }).click();
    await page.getByText('is done').waitFor({ timeout: 240_000 });
    expect(lines().startsWith(before)).toBe(true);
    expect(await page.getByText(/is running|did not succeed/).allInnerTexts()).toEqual([]);
    await page.getByText(/^(\d+) of \1 designs keep it/).waitFor({ timeout: 180_000 });
    const bin = fileURLToPath(new URL('../../bin/posterohm.mjs', import.meta.url));
    const run = (...words: string[]) =>
      execFileSync(process.execPath, [bin, ...words], { cwd: studio.folder }).toString();
    run('explore', 'grows.yaml', '--out', 'undisturbed-study', '--quiet');
    const frontOf = (folder: string) => JSON.parse(run('study', 'show', folder, '--json')).front;
    expect(frontOf(place)).toEqual(frontOf('undisturbed-study'));
    // What is drawn over an axis is asked for.
    const energy = page.locator('.strip').last();
    await energy.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await energy.boundingBox())!;
    await page.mouse.move(x + width / 2, y + 0.5 * height);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 1.1 * height, { steps: 4 });
    await page.mouse.up();
    await page.locator('.behind').waitFor({ state: 'detached', timeout: 60_000 });
    await expect.poll(() => page.url(), { timeout: 60_000 }).toMatch(/energyPerDecision%22\+%3C%3D/);
    const [kept, of] = (await measured.innerText()).match(/\d+/g)!.map(Number);
    expect(kept).toBeLessThan(of!);
    await page.getByRole('slider', { name: 'energyPerDecision at most' }).press('Escape');
    await page.getByText(/^(\d+) of \1 designs keep it/).waitFor();
    await page.close();
  });

  test('a table of measured cells that is dropped becomes a device', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => {
      const target = 20 + 20 * (i % 5);
      return `${target},${target + 3 * Math.sin(7.3 * i) + Math.cos(2.1 * i)}`;
    });
    const cells = join(pictures, 'cells.csv');
    writeFileSync(cells, `target (uS),conductance (uS)\n${rows.join('\n')}\n`);
    const page = await browser.newPage();
    await openView(page, studio.address, viewsOf('').device!);
    await page.getByLabel('Drop a table of measured conductances').setInputFiles(cells);
    await page.getByRole('link', { name: 'cells-device.yaml' }).click({ timeout: 60_000 });
    await page.getByText('What it is good for').waitFor({ timeout: 60_000 });
    expect(page.url()).toContain('#/device/cells-device.yaml');
    await page.close();
  });

  test('choices of an address that cannot be are the nearest that can', async () => {
    const page = await browser.newPage();
    const [uncertainty, cost] = ['uncertainty', 'cost'].map(room => `#/${room}/${studio.directory}`);
    await openView(page, studio.address, [`${uncertainty}?time=abc&chip=77`, 'Chip 4, 1 d after programming']);
    await openView(page, studio.address, [`${cost}?samples=x`, '50']);
    expect(await page.locator('main').innerText()).not.toContain('NaN');
    await page.close();
  });

  test('ten tabs see the same', async () => {
    const pages = await Promise.all(Array.from({ length: 10 }, () => browser.newPage()));
    for (const page of pages) await page.goto(`${studio.address}#/run`);
    mkdirSync(join(studio.folder, 'runs/broken'), { recursive: true });
    writeFileSync(join(studio.folder, 'runs/broken/run.json'), '{');
    for (const page of pages) await page.getByText('run.json: is damaged').waitFor({ timeout: 15_000 });
    await Promise.all(pages.map(page => page.close()));
  });
});
