import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The Python that checks are made with: POSTEROHM_PYTHON, or else python3. */
export const python = process.env.POSTEROHM_PYTHON ?? 'python3';

/** Packages that this Python cannot import; all of them where there is no Python. */
export function missingPackages(...packages: readonly string[]): string[] {
  const lines = ['import importlib.util as u', ...packages.map(p => `print(u.find_spec("${p}") is not None)`)];
  const { stdout, status } = spawnSync(python, ['-c', lines.join('\n')], { encoding: 'utf8' });
  const found = status === 0 ? stdout.trim().split('\n') : [];
  return packages.filter((_, i) => found[i] !== 'True');
}

/** For the name of a test: why it is skipped. */
export const lacking = (missing: readonly string[]): string =>
  missing.length === 0 ? '' : ` (skipped: ${python} has no ${missing.join(', ')})`;

/** Runs lines of Python in a folder and returns what they print. */
export function runPython(folder: string, ...lines: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', lines.join('\n')], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr || String(error));
  return stdout.trim();
}

/** A Python that keeps its variables between pieces of code. */
export interface PythonSession {
  /** Runs code, in new variables where `fresh` is set, and returns what it prints. */
  run(code: string, fresh?: boolean): Promise<string>;
  close(): void;
}

const driver = `
import contextlib, io, json, sys, traceback
space = {}
for line in sys.stdin:
    ask = json.loads(line)
    if ask['fresh']: space = {'__name__': '__main__'}
    out = io.StringIO()
    failed = ''
    try:
        with contextlib.redirect_stdout(out): exec(compile(ask['code'], 'snippet', 'exec'), space)
    except BaseException: failed = traceback.format_exc()
    print(json.dumps({'out': out.getvalue(), 'failed': failed}), flush=True)
`;

/** Starts Python in a folder. */
export function pythonSession(folder: string): PythonSession {
  // One thread: networks this small only wait for others.
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  const child = spawn(python, ['-u', '-c', driver], { cwd: folder, env, stdio: ['pipe', 'pipe', 'ignore'] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(code, fresh = false) {
      child.stdin.write(`${JSON.stringify({ code, fresh })}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${python} ended in the middle of:\n${code}`);
      const { out, failed } = JSON.parse(value) as { out: string; failed: string };
      if (failed) throw new Error(`${failed}\nin\n${code}`);
      return out.trim();
    },
    close: () => child.stdin.end(),
  };
}
