import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath, openView } from '../scripts/studio-views.mjs';
import { serveStudio } from '../src/studio/index.ts';
import type { Measurement } from './kernels.ts';

const bin = fileURLToPath(new URL('../bin/posterohm.mjs', import.meta.url));
const assets = fileURLToPath(new URL('../dist/studio/page/assets/', import.meta.url));

/** Two moons as they are shown, and the same on one array of a million cells. */
const moons = (rows: number) =>
  `name: moons\nseed: 7\ndata: { source: two-moons, train: 256, validation: 128, test: 256 }\nnetwork: { layers: [dense 16 tanh, dense 2] }\nposterior: { method: laplace }\nhardware: { device: pcm-ibm, array: { rows: ${rows}, columns: ${rows} } }\nsampling: { entropy: frozen, samples: 50 }\nevaluate: { chips: 2, times: [1 d], grid: 12 }\n`;

/** Bytes of the page's scripts, compressed: those of the first view, and of all rooms. */
function scripts(): { readonly first: number; readonly all: number } {
  const sizeOf = (file: string) => gzipSync(readFileSync(join(assets, file))).length;
  const page = readFileSync(join(assets, '../index.html'), 'utf8');
  const files = readdirSync(assets).filter(file => file.endsWith('.js') && !/^(worker|alone)-/.test(file));
  const sum = (some: readonly string[]) => some.reduce((total, file) => total + sizeOf(file), 0);
  return { first: sum(files.filter(file => page.includes(file) || /^home-/.test(file))), all: sum(files) };
}

/** Milliseconds until home is there, in a browser that has never seen it. */
async function firstView(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const start = performance.now();
  await page.goto(address);
  await page.getByText('Templates').first().waitFor();
  const time = performance.now() - start;
  await context.close();
  return time;
}

/** Milliseconds from a slider's move to another picture of the chip, for a row of times. */
async function sliderTimes(page: Page, moves: number): Promise<number[]> {
  return (await page.evaluate(`(async () => {
    const slider = [...document.querySelectorAll('.slider')].find(one => one.textContent.startsWith('Time')).querySelector('input');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const pictures = () => [...document.querySelectorAll('.plane canvas')].map(canvas => canvas.toDataURL()).join();
    const frame = () => new Promise(requestAnimationFrame);
    const times = [];
    for (let i = 0; i < ${moves}; i++) {
      const before = pictures();
      const start = performance.now();
      set.call(slider, String(2 + (i % 5)));
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      while (pictures() === before && performance.now() - start < 10000) await frame();
      times.push(performance.now() - start);
      while (document.querySelector('.behind')) await frame();
    }
    return times;
  })()`)) as number[];
}

/** Frames a second while an array of a million cells is moved by the pointer. */
async function panned(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Closer' }).click();
  const { x, y, width, height } = (await page.locator('.cell-map canvas').boundingBox())!;
  const [cx, cy] = [x + width / 2, y + height / 2];
  await page.mouse.move(cx, cy);
  await page.mouse.down();
  const frames = page.evaluate(`new Promise(done => {
    const start = performance.now();
    let count = 0;
    const frame = now => (count++, now - start < 3000 ? requestAnimationFrame(frame) : done((1000 * count) / (now - start)));
    requestAnimationFrame(frame);
  })`) as Promise<number>;
  const end = performance.now() + 3000;
  for (let i = 0; performance.now() < end; i++) {
    await page.mouse.move(cx + 120 * Math.sin(i / 15), cy + 120 * Math.cos(i / 15));
  }
  await page.mouse.up();
  return frames;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** The studio in the system's Chromium: how long one waits for it, and how much is sent. */
export const studio = {
  async run(): Promise<Measurement[]> {
    const { first, all } = scripts();
    const size = (name: string, bytes: number, most: number) => ({
      name,
      value: bytes / 1000,
      unit: 'kB',
      goal: `at most ${most}`,
      met: bytes <= most * 1000,
    });
    const sizes: Measurement[] = [
      size('script of the first view, compressed', first, 350),
      size('script of all rooms, compressed', all, 350),
    ];
    if (!chromiumPath) return sizes;
    const folder = mkdtempSync(join(tmpdir(), 'studio-bench-'));
    for (const [name, rows] of [
      ['moons', 128],
      ['large', 1024],
    ] as const) {
      writeFileSync(join(folder, `${name}.yaml`), moons(rows));
      const run = ['run', join(folder, `${name}.yaml`), '--out', join(folder, 'runs', name), '--quiet'];
      execFileSync(process.execPath, [bin, ...run], { stdio: 'ignore' });
    }
    const served = await serveStudio({ folder, port: 0 });
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: chromiumPath, args });
    try {
      const views = [];
      for (let i = 0; i < 5; i++) views.push(await firstView(browser, served.address));
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await openView(page, served.address, ['#/uncertainty/runs/moons', 'Chip 1, 1 d after programming']);
      const [, ...moves] = await sliderTimes(page, 16);
      await openView(page, served.address, ['#/array/runs/large', 'of the network by the method']);
      const rate = await panned(page);
      const time = (name: string, value: number, values: readonly number[], most: number): Measurement => ({
        name,
        value,
        unit: 'ms',
        goal: `at most ${most}`,
        met: value <= most,
        note: `${Math.round(Math.min(...values))} to ${Math.round(Math.max(...values))}`,
      });
      return [
        ...sizes,
        time('first view of a browser that never saw it, least', Math.min(...views), views, 1500),
        time('slider to another map of two moons, median', median(moves), moves, 100),
        {
          name: 'array of 1,024 × 1,024 cells, moved',
          value: rate,
          unit: 'frames/s',
          goal: 'at least 30',
          met: rate >= 30,
        },
      ];
    } finally {
      await browser.close();
      await served.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
