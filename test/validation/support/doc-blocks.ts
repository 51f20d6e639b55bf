import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

export interface Block {
  readonly language: string;
  readonly code: string;
  readonly heading: string;
}

/** The fenced blocks of a page of docs/, in order. */
export function docBlocks(page: string): Block[] {
  const text = readFileSync(join(root, 'docs', page), 'utf8');
  let heading = '';
  return [...text.matchAll(/^#+ (.*)$|^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, title, language, code]) => {
    if (title !== undefined) heading = title;
    return language === undefined ? [] : [{ language, code: code!, heading }];
  });
}

/** Writes an experiment of a page into a folder, named by its first line. */
export function writeExperiment(folder: string, { code, heading }: Block): void {
  const name = /^# (\S+\.yaml)\n/.exec(code)?.[1];
  if (name === undefined) throw new Error(`${heading}: the name of the experiment stands in its first line`);
  writeFileSync(join(folder, name), code);
}

/** Runs shell commands in a folder as a page prints them, where `posterohm` is that of this checkout; returns what they print. */
export function docShell(folder: string): (commands: string) => string {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'posterohm'),
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'bin/posterohm.mjs')}" "$@"\n`,
  );
  chmodSync(join(bin, 'posterohm'), 0o755);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return commands => execFileSync('sh', ['-ec', commands], { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' });
}
