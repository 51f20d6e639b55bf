// Compiles the kernels of wasm/ (AssemblyScript) into src/kernels/wasm/bytes.ts, a module that holds them as text, so that
// Node, browsers and bundlers load them alike. Run alone it compiles whether or not something has changed.
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'src/kernels/wasm/bytes.ts');
const compiler = join(root, 'node_modules/assemblyscript');

const options = ['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--pedantic'];

/** Time of the latest change of any source, of the compiler, or of this file. */
function latestSource() {
  const sources = readdirSync(join(root, 'wasm')).map(name => join(root, 'wasm', name));
  const files = [...sources, join(compiler, 'package.json'), fileURLToPath(import.meta.url)];
  return Math.max(...files.map(file => statSync(file).mtimeMs));
}

/** Whether the compiled kernels are there and newer than their sources. */
export function wasmIsFresh() {
  return existsSync(target) && statSync(target).mtimeMs >= latestSource();
}

/** Compiles; throws what the compiler says. */
export async function buildWasm() {
  const { default: asc } = await import('assemblyscript/asc');
  const folder = mkdtempSync(join(tmpdir(), 'posterohm-wasm-'));
  try {
    const binary = join(folder, 'kernels.wasm');
    const { error, stderr } = await asc.main([join(root, 'wasm/index.ts'), '--outFile', binary, ...options]);
    if (error) throw new Error(`${stderr.toString()}\n${error.message}`);
    const text = readFileSync(binary).toString('base64');
    const temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(
      temporary,
      `// Made of wasm/ by scripts/build-wasm.mjs.\n\n/** The compiled kernels. */\nexport const base64: string =\n  '${text}';\n`,
    );
    renameSync(temporary, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWasm();
