import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { searchSamplers } from '../../src/search/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'posterohm-snippets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = readFileSync(new URL('../../docs/search.md', import.meta.url), 'utf8');
const entry = new URL('../../dist/entries/explore.js', import.meta.url).href;
const snippets = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) =>
  code!.replaceAll("'posterohm/explore'", `'${entry}'`),
);

/** Snippets that begin with the name of their file are there for the others. */
const files = snippets.map((code, i) => /^\/\/ (\S+\.mjs)\n/.exec(code)?.[1] ?? `snippet-${i}.mjs`);
for (const [i, file] of files.entries()) writeFileSync(join(folder, file), snippets[i]!);
const said = (file: string) => execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });

test('the first study of docs/search.md finds a front of both methods', () => {
  const printed = said('snippet-0.mjs');
  expect(printed).toMatch(/method: 'joint', samples: \d+ } { loss: 0\.2\d+, energy: [\d.e-]+ }/);
  expect(printed).toContain("method: 'mean-field'");
  expect(printed).toContain("variable: 'samples'");
});

test('the study in processes runs as it stands', () => {
  expect(files).toEqual(['snippet-0.mjs', 'problem.mjs', 'snippet-2.mjs']);
  expect(said('snippet-2.mjs')).toMatch(/^trials \d\d\n$/);
});

test('every sampler has its row', () => {
  for (const name of Object.keys(searchSamplers)) expect(text).toContain(`\n| \`${name}\` |`);
});
