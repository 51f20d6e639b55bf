import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import type { Fault } from '../base/index.ts';
import { Interrupted, interruptible } from './interruptible.ts';
import type { Answer, Verb, VerbEntry } from './verb.ts';
import { verbs } from './verbs/index.ts';

const commonOptions = [
  ['--json', 'print one JSON document on standard output: unrounded, SI units'],
  ['--seed <number>', 'root seed of all randomness, instead of the experiment’s'],
  ['--threads <number>', 'cores to use; all by default. Results do not depend on it'],
  ['--out <path>', 'where to write, instead of the default place'],
  ['--quiet', 'no progress and no remarks on standard error'],
] as const;

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/**
 * Runs one command line (without `node posterohm`) and returns the exit status: 0 done, 1 failed, 2 wrong input or usage.
 * With --json, what is wrong with the input or usage is one JSON document on standard error.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  const program = await buildProgram(argv);
  if (json) everyCommand(program, command => command.configureOutput({ writeErr: () => {} }));
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) return error.status;
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (json) sayFaults([{ path: [], rule: error.message }]);
      return 2;
    }
    const { faultText, InputError, WorkError } = await import('../base/index.ts');
    if (error instanceof InputError) {
      if (json) sayFaults(error.faults);
      else for (const fault of error.faults) process.stderr.write(`posterohm: ${faultText(fault)}\n`);
      return 2;
    }
    if (error instanceof WorkError) {
      process.stderr.write(`posterohm: ${error.message}\n`);
      return 1;
    }
    if (error instanceof RangeError && /array length|allocation failed/i.test(error.message)) {
      process.stderr.write(`posterohm: this takes more memory than there is (${error.message}); ask for less.\n`);
      return 1;
    }
    process.stderr.write(`posterohm: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

const sayFaults = (faults: readonly Fault[]): void => {
  process.stderr.write(`${JSON.stringify({ schema: 'posterohm/error/1', faults })}\n`);
};

function everyCommand(command: Command, act: (command: Command) => void): void {
  act(command);
  for (const inner of command.commands) everyCommand(inner, act);
}

/** The command line as a commander program, with all there is to the verb that `argv` names; to every verb without `argv`. */
export async function buildProgram(argv?: readonly string[]): Promise<Command> {
  const program = new Command('posterohm')
    .description('Bayesian neural networks from training to analog memory and back to evidence')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(posterohm --help lists the verbs)')
    .addHelpText(
      'after',
      '\nExamples:\n  $ posterohm demo\n  $ posterohm run examples/moons.yaml\n  $ posterohm device list',
    );
  for (const entry of verbs) {
    define(program, entry, !argv || names(argv, entry) ? await entry.load() : undefined, argv ?? []);
  }
  return program;
}

/** Whether a command line calls a verb or asks for its help. */
function names(argv: readonly string[], { usage }: VerbEntry): boolean {
  const said = argv.filter(word => !word.startsWith('-')).slice(argv[0] === 'help' ? 1 : 0);
  return wordsOf(usage).path.every((word, i) => word === said[i]);
}

/** The words that call a verb, and its parameters. */
function wordsOf(usage: string): { path: string[]; parameters: string[] } {
  const words = usage.split(' ');
  const path = words.filter(word => !/^[<[]/.test(word));
  return { path, parameters: words.slice(path.length) };
}

function define(program: Command, entry: VerbEntry, verb: Verb | undefined, argv: readonly string[]): void {
  const { path, parameters } = wordsOf(entry.usage);
  let parent = program;
  for (const word of path.slice(0, -1)) {
    parent =
      parent.commands.find(command => command.name() === word) ??
      parent.command(word).description(groupSummary(word)).exitOverride();
  }
  const command = parent
    .command([path.at(-1)!, ...parameters].join(' '))
    .description(entry.summary)
    .exitOverride();
  for (const { flags, summary } of verb?.options ?? []) command.option(flags, summary);
  for (const [flags, summary] of commonOptions) command.option(flags, summary);
  if (!verb) return;
  command.addHelpText('after', `\nExamples:\n${verb.examples.map(line => `  $ posterohm ${line}`).join('\n')}`);
  command.action(async (...given: unknown[]) => {
    const args = given
      .slice(0, parameters.length)
      .filter(value => value !== undefined)
      .flat() as string[];
    const options = command.opts() as Record<string, string | boolean | undefined>;
    const { withShell } = await import('./open-shell.ts');
    const { withoutPassword } = await import('../base/index.ts');
    const typed = `posterohm ${argv.map(word => quoted(withoutPassword(word))).join(' ')}`;
    const answer = await interruptible(signal =>
      withShell(options, signal, typed, shell => verb.run(args, options, shell)),
    );
    process.stdout.write(options.json ? documentOf(path.join('-'), answer) : `${answer.text.trimEnd()}\n`);
  });
}

/** What the verbs under a word are about. */
const groups: Readonly<Record<string, string>> = {
  device: 'Device models, presets and your own',
  crossbar: 'One array with its wires',
  data: 'Data sets',
  study: 'Studies in their folders',
  import: 'What comes from other tools and from a bench',
  export: 'What other tools and a bench are given',
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

const quoted = (word: string): string => (/^[\w./:=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
