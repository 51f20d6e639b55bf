// Packages with the native kernels, one for each platform of native/platforms.json, so that users need no compiler and no
// package runs a script when it is installed: npm takes the one that fits among optional dependencies.
//   node scripts/kernels-package.mjs linux-x64   builds native/packages/posterohm-kernels-linux-x64, ready for npm publish
//   node scripts/kernels-package.mjs --depend    writes the optional dependencies into package.json, once they are published
//   node scripts/kernels-package.mjs --matrix    prints the platforms with their targets, as a build matrix
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = path => JSON.parse(readFileSync(join(root, path), 'utf8'));
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const platforms = read('native/platforms.json');
const { version, license, engines } = read('package.json');
const nameOf = platform => `posterohm-kernels-${platform}`;

/** The library that cargo makes for a target. */
const libraryOf = target =>
  target.includes('windows')
    ? 'posterohm_kernels.dll'
    : `libposterohm_kernels.${target.includes('apple') ? 'dylib' : 'so'}`;

/** Package file of a platform's kernels: no script, no dependency, nothing but the library. */
export function manifestOf(platform) {
  const [os, cpu, libc] = platform.split('-');
  return {
    name: nameOf(platform),
    version,
    description: `Native kernels of posterohm for ${platform}`,
    license,
    engines,
    os: [os],
    cpu: [cpu],
    ...(os === 'linux' && { libc: [libc ?? 'glibc'] }),
    main: 'posterohm-kernels.node',
    files: ['posterohm-kernels.node'],
  };
}

/** The optional dependencies of the package on its kernels, of the same version. */
export const optionalDependencies = () =>
  Object.fromEntries(Object.keys(platforms).map(platform => [nameOf(platform), version]));

function pack(platform) {
  const { target } = platforms[platform] ?? {};
  if (!target) {
    process.stderr.write(`unknown platform '${platform}'; known: ${Object.keys(platforms).join(', ')}.\n`);
    process.exit(2);
  }
  const native = join(root, 'native');
  const cargo = ['build', '--release', '--locked', '--target', target, '--target-dir', 'target'];
  const built = spawnSync('cargo', cargo, { cwd: native, stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
  const folder = join(native, 'packages', nameOf(platform));
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(native, 'target', target, 'release', libraryOf(target)), join(folder, 'posterohm-kernels.node'));
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  write(join(folder, 'package.json'), manifestOf(platform));
  process.stdout.write(`${folder}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [what = ''] = process.argv.slice(2);
  if (what === '--matrix') {
    const include = Object.entries(platforms).map(([platform, where]) => ({ platform, ...where }));
    process.stdout.write(`${JSON.stringify({ include })}\n`);
  } else if (what === '--depend') {
    write(join(root, 'package.json'), { ...read('package.json'), optionalDependencies: optionalDependencies() });
  } else pack(what);
}
