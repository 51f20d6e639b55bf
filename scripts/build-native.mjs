// Builds the Rust kernels into native/posterohm-kernels.node. Imported by other scripts; run alone it prints the outcome.
import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const native = fileURLToPath(new URL('../native/', import.meta.url));
const target = join(native, 'posterohm-kernels.node');

const library =
  {
    win32: 'posterohm_kernels.dll',
    darwin: 'libposterohm_kernels.dylib',
  }[process.platform] ?? 'libposterohm_kernels.so';

/** Time of the latest change of any source. */
function latestSource() {
  const sources = readdirSync(join(native, 'src'), { recursive: true }).map(name => join('src', String(name)));
  return Math.max(
    ...['.cargo/config.toml', 'Cargo.toml', 'Cargo.lock', 'build.rs', ...sources].map(
      name => statSync(join(native, name)).mtimeMs,
    ),
  );
}

/**
 * Builds the library unless it is newer than its sources, beside what the caller does meanwhile. `built` and `fresh` mean
 * that it is there; `no-cargo` that there is no Rust toolchain; `failed` that the build failed, with the reason in `message`.
 * @param {{ quiet?: boolean }} [options]
 * @returns {Promise<{ status: 'built' | 'fresh' | 'no-cargo' | 'failed', message: string }>}
 */
export async function buildNative({ quiet = false } = {}) {
  if (existsSync(target) && statSync(target).mtimeMs >= latestSource()) {
    return { status: 'fresh', message: 'The native kernels are up to date.' };
  }
  if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status !== 0) {
    return {
      status: 'no-cargo',
      message: 'No Rust toolchain (cargo) was found, so the native kernels were not built.',
    };
  }
  if (!quiet) process.stderr.write('Building the native kernels (Rust, once) …\n');
  const started = latestSource();
  const reason = await failureOf('cargo', ['build', '--release', '--locked', '--quiet', '--target-dir', 'target']);
  if (reason) return { status: 'failed', message: `The native kernels could not be built: ${reason}` };
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    copyFileSync(join(native, 'target', 'release', library), temporary);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
  if (latestSource() !== started) return buildNative({ quiet });
  return { status: 'built', message: 'The native kernels were built.' };
}

/** Runs a command in the folder of the kernels, where its options are, and says why it failed, if it did. */
function failureOf(command, args) {
  return new Promise(resolve => {
    execFile(command, args, { cwd: native, encoding: 'utf8' }, (error, _, stderr) =>
      resolve(error ? (stderr || error.message).trim() : undefined),
    );
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { status, message } = await buildNative();
  if (status !== 'no-cargo') process.stderr.write(`${message}\n`);
  process.exitCode = status === 'failed' ? 1 : 0;
}
