import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { exportFormats } from '../../src/bayes/index.ts';
import { catalogue, corruptions, foreignFormats, sources } from '../../src/data/index.ts';

const text = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');

test.each(Object.keys(sources))('docs/data.md describes every field of %s as the schema does', name => {
  const { properties } = z.toJSONSchema(sources[name]!.schema, { io: 'input' });
  const section = text.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? '';
  expect(section).toContain(`source: ${name}`);
  for (const [field, schema] of Object.entries(properties!)) {
    const { description } = schema as { description?: string };
    expect(description).toBeTruthy();
    if (field !== 'source') expect(section).toContain(`| \`${field}\` | ${description!.replaceAll('|', '\\|')} |`);
  }
});

test('docs/data.md names every corruption and download', () => {
  for (const { name, strength } of Object.values(corruptions)) expect(text).toContain(`| \`${name}\` | ${strength} |`);
  for (const { name, about, licence } of Object.values(catalogue)) {
    expect(text).toContain(`| \`${name}\` | ${about} | ${licence} |`);
  }
});

test('docs/import.md names every format of posteriors', () => {
  const posteriors = readFileSync(new URL('../../docs/import.md', import.meta.url), 'utf8');
  for (const name of [...foreignFormats, ...Object.keys(exportFormats)])
    expect(posteriors).toContain(`| \`${name}\` |`);
});
