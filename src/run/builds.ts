import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiled modules, or the sources where these run. */
const root = resolve(fileURLToPath(new URL('..', import.meta.url)));
const compiled = import.meta.url.endsWith('.js');

/** The module that each stage's work begins in. */
const entries: Readonly<Record<string, string>> = {
  training: 'pipeline/stages/training',
  posterior: 'pipeline/stages/posterior',
  range: 'pipeline/stages/range',
  plan: 'pipeline/stages/plan',
  converters: 'pipeline/stages/converters',
  chip: 'pipeline/stages/chip',
  stopping: 'pipeline/stages/stopping',
  measurement: 'pipeline/measurement',
  software: 'pipeline/measurement',
  independence: 'pipeline/independence',
  digital: 'pipeline/evaluate-digital',
  evaluation: 'pipeline/evaluation',
  uncertainty: 'pipeline/uncertainty-parts',
};

/** Names the sources that make the results of each stage: those that it imports, transitively and by the names it asks for. */
export const digestsOfSources = (folder: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(entries).map(([stage, entry]) => [
      stage,
      digestOfAll(modulesOf(join(folder, `${entry}.ts`)), folder),
    ]),
  );

/** What was noted of the sources when they were compiled, or what they are. */
function digests(): Readonly<Record<string, string>> {
  known ??= compiled ? JSON.parse(readFileSync(join(root, 'builds.json'), 'utf8')) : digestsOfSources(root);
  return known!;
}

let known: Record<string, string> | undefined;

/**
 * Names the code that makes the results of a stage: a hash of its sources and of the native kernel library. Another style
 * sheet does not make another build.
 */
export function buildOf(stage: string): string {
  const found = hashOf([digests()[stage]!, ...nativeDigest()]);
  const own = modules.filter(({ kinds }) => kinds.some(kind => seenBy[kind].includes(stage)));
  if (own.length === 0) return found;
  return hashOf([found, ...own.map(({ digest }) => digest).sort()]);
}

/** What people's own modules may hold. */
export type Kind = 'devices' | 'entropySources' | 'transferMethods' | 'compensations' | 'metrics';

/** The stages whose results such a record may decide directly; others follow from these. */
const seenBy: Readonly<Record<Kind, readonly string[]>> = {
  devices: [
    'training',
    'range',
    'plan',
    'converters',
    'chip',
    'stopping',
    'measurement',
    'independence',
    'evaluation',
    'uncertainty',
  ],
  entropySources: ['range', 'stopping', 'measurement', 'independence'],
  transferMethods: ['range', 'plan', 'converters', 'uncertainty'],
  compensations: ['training', 'range', 'stopping', 'measurement', 'independence', 'evaluation', 'uncertainty'],
  metrics: ['measurement', 'software', 'digital', 'evaluation'],
};

const modules: { readonly digest: string; readonly kinds: readonly Kind[] }[] = [];

/** Has a module of people's own count among the code of stages, with the files that it imports by relative paths. */
export function noteModule(file: string, kinds: readonly Kind[]): void {
  modules.push({ digest: digestOf(file), kinds });
}

/** Names a module with the files that it imports by relative paths. */
const digestOf = (file: string): string => digestOfAll(modulesOf(file), dirname(file));

/** Names the code of all stages and of a module that uses them, with the files that it imports by relative paths. */
export const buildWith = (file: string): string => hashOf([wholeBuild(), digestOf(file)]);

/** Names the code of all stages. */
export const wholeBuild = (): string => hashOf(Object.keys(entries).map(buildOf));

function nativeDigest(): string[] {
  const native = join(root, '..', 'native', 'posterohm-kernels.node');
  return existsSync(native) ? [contentDigestOf(native)] : [];
}

const hashOf = (digests: readonly string[]): string =>
  createHash('sha256').update(digests.join()).digest('hex').slice(0, 16);

/** Names files by their places within a folder and their contents. */
function digestOfAll(files: readonly string[], folder: string): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${relative(folder, file)} ${contentDigestOf(file)}\n`);
  return hash.digest('hex');
}

const contentDigests = new Map<string, string>();

/** Every file is hashed once, however many stages it belongs to. */
function contentDigestOf(file: string): string {
  const found = contentDigests.get(file) ?? createHash('sha256').update(readFileSync(file)).digest('hex');
  contentDigests.set(file, found);
  return found;
}

/** Which names of a module are used: all of them, or these. */
type Names = ReadonlySet<string> | 'all';

/** The modules that a module imports, transitively, itself included, sorted. Through lists of names (`index`) only the modules behind the names asked for count. */
export function modulesOf(entry: string): string[] {
  const seen = new Map<string, Set<string>>();
  const visit = (file: string, names: Names): void => {
    const before = seen.get(file);
    const isList = names !== 'all' && /[/\\]index\.[jt]s$/.test(file);
    const known = before ?? new Set();
    const fresh = isList ? [...names].filter(name => !known.has(name)) : ['*'];
    if (known.has('*') || (before && fresh.length === 0)) return;
    for (const name of fresh) known.add(name);
    seen.set(file, known);
    for (const { target, imported, exported } of importsOf(file)) {
      if (isList && exported) {
        const wanted = exported.filter(({ as }) => fresh.includes(as)).map(({ name }) => name);
        if (wanted.length > 0) visit(target, new Set(wanted));
      } else visit(target, imported);
    }
  };
  visit(entry, 'all');
  return [...seen.keys()].sort();
}

interface Import {
  readonly target: string;
  readonly imported: Names;
  /** For a re-export: names in the module and as they are exported. */
  readonly exported?: readonly { readonly name: string; readonly as: string }[];
}

const parsed = new Map<string, readonly Import[]>();

/** Imports of values from modules of this package. */
function importsOf(file: string): readonly Import[] {
  const found = parsed.get(file) ?? parseImports(file);
  parsed.set(file, found);
  return found;
}

function parseImports(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const imports: Import[] = [];
  for (const [, kind, what, path] of text.matchAll(/^(import|export)\s+([^'"();=]*?)\s*from\s*['"](\.[^'"]+)['"]/gm)) {
    if (/^type\s/.test(what!)) continue;
    const names = (/\{([^}]*)\}/.exec(what!)?.[1] ?? '')
      .split(',')
      .map(name => name.trim())
      .filter(name => name !== '' && !name.startsWith('type '))
      .map(name => name.split(/\s+as\s+/))
      .map(([name, as]) => ({ name: name!, as: as ?? name! }));
    if (names.length === 0 && what!.includes('{')) continue;
    imports.push({
      target: resolve(dirname(file), path!),
      imported: names.length > 0 && !what!.includes('*') ? new Set(names.map(({ name }) => name)) : 'all',
      ...(kind === 'export' && names.length > 0 && { exported: names }),
    });
  }
  for (const [, path] of text.matchAll(/import\(\s*['"](\.[^'"]+)['"]\s*\)/g)) {
    imports.push({ target: resolve(dirname(file), path!), imported: 'all' });
  }
  if (/from\s*['"]#kernels['"]/.test(text)) {
    imports.push({ target: resolve(dirname(file), `../kernels/node${extname(file)}`), imported: 'all' });
  }
  return imports;
}
