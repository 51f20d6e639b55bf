import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { manifestOf, optionalDependencies } from '../../scripts/kernels-package.mjs';

const root = resolve(import.meta.dirname, '../..');
const { exports: entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, unknown>;
};
const names = Object.keys(entries).filter(name => !name.endsWith('.json'));

/** Files of packages that stand beside ours, linked as npm lays them out; types of Node are not there. */
function layOut(user: string): void {
  const packages = readdirSync(join(root, 'node_modules')).filter(name => !/^(\.|@types$)/.test(name));
  for (const name of packages) symlinkSync(join(root, 'node_modules', name), join(user, 'node_modules', name));
}

describe('the package as a user gets it', () => {
  const user = mkdtempSync(join(tmpdir(), 'posterohm-user-'));
  const installed = join(user, 'node_modules/posterohm');
  beforeAll(() => {
    const said = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root, stdio: 'pipe' });
    const [{ files }] = JSON.parse(said.toString()) as [{ files: { path: string }[] }];
    for (const { path } of files) {
      mkdirSync(dirname(join(installed, path)), { recursive: true });
      copyFileSync(join(root, path), join(installed, path));
    }
    layOut(user);
    writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
  });

  test('has types for every entry under strict nodenext, libraries checked', () => {
    const options = {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      types: [],
    };
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['a.ts'] }));
    const lines = names.map((name, i) => `export * as entry${i} from 'posterohm${name.slice(1)}';`);
    writeFileSync(join(user, 'a.ts'), lines.join('\n'));
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', user], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  test('runs, and depends on nothing that only a checkout has', () => {
    const code = `${names.map(name => `await import('posterohm${name.slice(1)}');`).join('\n')}\nconsole.log('done');`;
    expect(execFileSync(process.execPath, ['--input-type=module', '-e', code], { cwd: user }).toString()).toBe(
      'done\n',
    );
    const bin = join(installed, 'bin/posterohm.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [bin, 'doctor'], { cwd: user, encoding: 'utf8' });
    expect(stdout).toMatch(/kernels +wasm/);
    expect(`${stdout}${stderr}`).toContain('npx posterohm doctor --build');
    expect(`${stdout}${stderr}`).not.toContain('npm run');
    expect(existsSync(join(installed, 'scripts/build-native.mjs'))).toBe(true);
  });

  test('holds what its README and docs link to', () => {
    const pages = [
      'README.md',
      ...readdirSync(join(installed, 'docs')).flatMap(name => (name.endsWith('.md') ? [`docs/${name}`] : [])),
    ];
    const missing = pages.flatMap(page => {
      const links = readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g);
      return Array.from(links, ([, to]) => join(dirname(page), to!)).filter(to => !existsSync(join(installed, to)));
    });
    expect(missing).toEqual([]);
  });

  test('takes the kernels of the package for its platform', () => {
    const library = join(root, 'native/posterohm-kernels.node');
    if (!existsSync(library)) return;
    const here = Object.keys(optionalDependencies()).find(
      name => name === `posterohm-kernels-${process.platform}-${process.arch}`,
    );
    expect(here).toBeDefined();
    const beside = join(user, 'node_modules', here!);
    mkdirSync(beside, { recursive: true });
    copyFileSync(library, join(beside, 'posterohm-kernels.node'));
    writeFileSync(join(beside, 'package.json'), JSON.stringify(manifestOf(`${process.platform}-${process.arch}`)));
    const { stdout } = spawnSync(process.execPath, [join(installed, 'bin/posterohm.mjs'), 'doctor'], {
      cwd: user,
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/kernels +native/);
  });
});
