// What the studio shows, view by view: `npm run validate -- studio` opens each, and `node scripts/studio-views.mjs` makes the
// pictures of docs/studio.md anew from a run of its own. Fails where a view does not come or says that something broke.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where browsers of the system usually are. */
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'];

/** The Chromium of the system, of POSTEROHM_CHROMIUM where it says; undefined where there is none. */
export const chromiumPath = [process.env.POSTEROHM_CHROMIUM, ...places].find(path => path && existsSync(path));

/** A browser without a window. */
export async function openBrowser() {
  const { chromium } = await import('playwright-core');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromiumPath, args });
}

/** An experiment that runs in seconds and has something to show in every room. */
export const quickExperiment = readFileSync(join(root, 'examples/moons-quick.yaml'), 'utf8');

/** A study that takes some twenty seconds. */
export const quickStudy = `# Two moons: how many bits and samples, for the least energy at the best likelihood?
name: quick-study
experiment:
  seed: 1
  data: { source: two-moons, train: 128, validation: 128, test: 256 }
  network: { layers: [dense 8 tanh, dense 2] }
  posterior: { method: laplace }
  sampling: { entropy: frozen, samples: 8 }
search: 0.5
variables:
  hardware.outputBits: { integer: [3, 8] }
  sampling.samples: { ordered: [1, 4, 16] }
objectives: [{ metric: nll, at: 1 d }, { price: energyPerDecision }]
fidelity: [{ chips: 2 }]
budget: { trials: 10 }
baselines: { of: [deterministic], share: 0.5 }
`;

/** Views by name: their address behind the page's own, and a text that is there once they are. */
export const viewsOf = run => ({
  home: ['#/', 'Templates'],
  experiment: ['#/experiment/quick.yaml', 'classification of 1,024 rows'],
  run: [`#/run/${run}`, 'The whole report'],
  uncertainty: [`#/uncertainty/${run}?input=820`, 'P(lower), 50 samples'],
  device: ['#/device/pcm-ibm', 'What a differential pair makes'],
  cost: [`#/cost/${run}?samples=20`, 'the design'],
  array: [`#/array/${run}`, 'of the network by the method'],
  explore: ['#/explore/runs/study', 'Ask'],
  compare: ['#/compare', 'moons'],
});

/** Opens a view and waits until it is there and nothing loads any more; throws what the page complains of. */
export async function openView(page, address, [hash, text]) {
  const complaints = [];
  page.on('pageerror', error => complaints.push(error.message));
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${address}${hash}`);
  await page.getByText(text).first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => !document.querySelector('.loading, .behind'), undefined, { timeout: 60_000 });
  if (await page.locator('.failed').count()) complaints.push(await page.locator('.failed').first().innerText());
  if (complaints.length > 0) throw new Error(`${hash}: ${complaints.join('; ')}`);
}

/** A studio over a folder that holds the quick experiment and study, with what they give unless `run` is false. */
export async function openStudio({ run = true } = {}) {
  const { serveStudio } = await import('../dist/studio/index.js');
  const { main } = await import('../dist/cli/main.js');
  const folder = mkdtempSync(join(tmpdir(), 'studio-'));
  writeFileSync(join(folder, 'quick.yaml'), quickExperiment);
  writeFileSync(join(folder, 'study.yaml'), quickStudy);
  const directory = 'runs/moons';
  const made = [
    ['run', 'quick.yaml', directory],
    ['explore', 'study.yaml', 'runs/study'],
  ];
  for (const [verb, file, out] of run ? made : []) {
    const status = await main([verb, join(folder, file), '--out', join(folder, out), '--quiet']);
    if (status !== 0) throw new Error(`${file} ended with status ${status}`);
  }
  const studio = await serveStudio({ folder, port: 0 });
  return {
    ...studio,
    folder,
    directory,
    async close() {
      await studio.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const types = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };

/** The page without a server of ours, as a plain file server shows it. */
export async function openAlone() {
  const { exportPage } = await import('../dist/studio/index.js');
  const folder = mkdtempSync(join(tmpdir(), 'studio-alone-'));
  await exportPage(folder);
  const server = createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const file = join(folder, pathname === '/' ? 'index.html' : pathname);
    const bytes = await readFile(file).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(bytes);
  });
  await new Promise(listening => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${server.address().port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise(closed => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const out = join(root, 'docs/studio');
  mkdirSync(out, { recursive: true });
  const studio = await openStudio();
  const browser = await openBrowser();
  for (const [name, view] of Object.entries(viewsOf(studio.directory))) {
    const page = await browser.newPage({ viewport: { width: 1200, height: 780 } });
    await openView(page, studio.address, view);
    await page.screenshot({ path: join(out, `${name}.png`) });
    await page.close();
    process.stderr.write(`docs/studio/${name}.png\n`);
  }
  await browser.close();
  await studio.close();
  process.exit(0);
}
