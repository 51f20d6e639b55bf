import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { figureOf, figures } from '../../scripts/gallery.mjs';
import { docBlocks, docShell } from './support/doc-blocks.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = mkdtempSync(join(tmpdir(), 'posterohm-gallery-'));
cpSync(join(root, 'examples/gallery'), folder, { recursive: true });
const shell = docShell(folder);

test.each(readdirSync(join(root, 'docs/gallery')))('%s runs as printed, and its figure is there', async page => {
  for (const { language, code } of docBlocks(`gallery/${page}`)) if (language === 'sh') console.log(shell(code));
  const image = page.split('-')[0] as keyof typeof figures;
  expect(await figureOf(folder, figures[image])).toContain('</svg>');
  console.log(folder);
});
