import { availableParallelism } from 'node:os';
import { Command, CommanderError } from 'commander';
import { InputError, type Job, jobOf, WorkError } from '../base/index.ts';
import { kernels } from '../kernels/index.ts';
import { version } from '../run/index.ts';
import { Interrupted, interruptible } from './interruptible.ts';
import { showProgress } from './progress.ts';
import type { Answer, Shell, Verb } from './verb.ts';
import { verbs } from './verbs/index.ts';

const commonOptions = [
  ['--json', 'print one JSON document on standard output: unrounded, SI units'],
  ['--seed <number>', 'root seed of all randomness, instead of the experiment’s'],
  ['--threads <number>', 'cores to use; all by default. Results do not depend on it'],
  ['--out <path>', 'where to write, instead of the default place'],
  ['--quiet', 'no progress and no remarks on standard error'],
] as const;

/** Runs one command line (without `node posterohm`) and returns the exit status: 0 done, 1 failed, 2 wrong input or usage. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = buildProgram(argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.status;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof InputError || error instanceof WorkError) {
      process.stderr.write(`posterohm: ${error.message}\n`);
      return error instanceof InputError ? 2 : 1;
    }
    if (error instanceof RangeError && /array length|allocation failed/i.test(error.message)) {
      process.stderr.write(`posterohm: this takes more memory than there is (${error.message}); ask for less.\n`);
      return 1;
    }
    process.stderr.write(`posterohm: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

/** The whole command line as a commander program. */
export function buildProgram(argv: readonly string[] = []): Command {
  const program = new Command('posterohm')
    .description('Bayesian neural networks from training to analog memory and back to evidence')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(posterohm --help lists the verbs)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ posterohm demo\n  $ posterohm run examples/moons.yaml\n  $ posterohm device list',
    );
  for (const verb of verbs) define(program, verb, argv);
  return program;
}

function define(program: Command, verb: Verb, argv: readonly string[]): void {
  const words = verb.usage.split(' ');
  const path = words.filter(word => !/^[<[]/.test(word));
  const parameters = words.slice(path.length);
  let parent = program;
  for (const word of path.slice(0, -1)) {
    parent =
      parent.commands.find(command => command.name() === word) ??
      parent.command(word).description(groupSummary(word)).exitOverride();
  }
  const command = parent
    .command([path.at(-1)!, ...parameters].join(' '))
    .description(verb.summary)
    .exitOverride();
  for (const { flags, summary } of verb.options ?? []) command.option(flags, summary);
  for (const [flags, summary] of commonOptions) command.option(flags, summary);
  command.addHelpText('after', `\nExamples:\n${verb.examples.map(line => `  $ posterohm ${line}`).join('\n')}`);
  command.action(async (...given: unknown[]) => {
    const args = given
      .slice(0, parameters.length)
      .filter(value => value !== undefined)
      .flat() as string[];
    const options = command.opts() as Record<string, string | boolean | undefined>;
    const quiet = options.quiet === true;
    const threads = options.threads === undefined ? undefined : wholeNumber(options.threads, '--threads', 1);
    const cores = threads ?? availableParallelism();
    if (threads !== undefined) kernels().setThreads(threads);
    const shellFor = (signal: AbortSignal): Shell => ({
      folder: process.cwd(),
      threads: cores,
      ...(options.seed === undefined ? {} : { seed: wholeNumber(options.seed, '--seed', 0) }),
      ...(options.out === undefined ? {} : { out: String(options.out) }),
      command: `posterohm ${argv.map(quoted).join(' ')}`,
      job: label => jobNamed(label, { signal, threads: cores, quiet }),
      say: line => {
        if (!quiet) process.stderr.write(`${line}\n`);
      },
    });
    const answer = await interruptible(signal => verb.run(args, options, shellFor(signal)));
    process.stdout.write(options.json ? documentOf(path.join('-'), answer) : `${answer.text.trimEnd()}\n`);
  });
}

/** A job whose parts are shown one after the other, each with its time left. */
function jobNamed(label: string, how: { signal: AbortSignal; threads: number; quiet: boolean }): Job {
  const { signal, threads, quiet } = how;
  return jobOf({
    signal,
    threads,
    progress: quiet ? () => {} : showProgress(label, process.stderr),
    named: part => jobNamed(part, how),
  });
}

/** What the verbs under a word are about. */
const groups: Readonly<Record<string, string>> = {
  device: 'Device models, presets and your own',
  crossbar: 'One array with its wires',
  data: 'Data sets',
};

/** Summaries of the words that only group verbs. */
function groupSummary(word: string): string {
  const names = verbs.filter(verb => verb.usage.startsWith(`${word} `)).map(verb => verb.usage.split(' ')[1]);
  return `${groups[word]}: ${names.join(', ')}.`;
}

function documentOf(name: string, { document }: Answer): string {
  const plain = (_key: string, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
  return `${JSON.stringify({ schema: `posterohm/${name}/1`, ...document }, plain)}\n`;
}

function wholeNumber(value: string | boolean, flag: string, least: number): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new InputError(`${flag}: must be a whole number of at least ${least}, got '${value}'.`);
}

const quoted = (word: string): string => (/^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
