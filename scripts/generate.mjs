// Files that are made from the sources and committed: JSON Schemas, the list of what the entries export, the command line's help.
// `--write` writes them; without it, says which are stale and exits with 1. Needs the compiled sources.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Contents of every generated file, by path. */
export async function generated() {
  const { buildProgram } = await import('../dist/cli/main.js');
  const { schemas } = await import('../dist/explore/index.js');
  const files = { 'docs/api.txt': publicNames(), 'docs/cli.md': commandHelp(await buildProgram()) };
  for (const [name, make] of Object.entries(schemas)) {
    files[`schemas/${name}.schema.json`] = `${JSON.stringify(make(), null, 2)}\n`;
  }
  return files;
}

/** Paths whose committed contents differ from what the sources give. */
export async function stale() {
  const read = path => {
    try {
      return readFileSync(join(root, path), 'utf8');
    } catch {
      return '';
    }
  };
  return Object.entries(await generated()).filter(([path, content]) => read(path) !== content);
}

/** What every entry exports, with signatures: what a change of which somebody may notice. */
function publicNames() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .map(([path, target]) => [path, target.node?.types ?? target.types])
    .filter(([, types]) => types)
    .map(([path, types]) => {
      const lines = namesOf(join(root, types))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ name, file }) => `  ${signatureOf(name, file)}\n`);
      return `${path.replace(/^\./, 'posterohm')}\n${lines.join('')}`;
    })
    .join('\n');
}

/** Names that a module exports from others, and the modules that declare them. */
function namesOf(file) {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)].flatMap(([, list, from]) => {
    const target = join(dirname(file), from.replace(/\.[jt]s$/, '.d.ts'));
    const names = list.split(',').map(name => name.trim().replace(/^type /, ''));
    const behind = new Map(namesOf(target).map(found => [found.name, found]));
    return names.filter(Boolean).map(name => behind.get(name) ?? { name, file: target });
  });
}

/** Longest type that is shown whole; schemas spell out every field, which `schemas/` has in full. */
const mostShown = 320;

/** The declaration of a name on one line, without comments. */
function signatureOf(name, file) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const start = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:function|const|class|interface|type) ${name}\\b`,
    'gm',
  );
  const found = [...text.matchAll(start)].map(({ index }) => declarationAt(text, index));
  const shown = found.map(whole => {
    const line = withSortedUnions(
      whole
        .replace(/^export (declare )?/, '')
        .replace(/\s+/g, ' ')
        .replace(/;$/, ''),
    );
    return line.length > mostShown ? `${line.slice(0, mostShown)} …` : line;
  });
  return shown.join('\n  ') || name;
}

/**
 * A declaration with the members of its unions in the order of the alphabet, `null` and `undefined` last: the compiler writes
 * those that it inferred in any order. Quoted texts and what stands in brackets are put aside from within, a number each.
 */
export function withSortedUnions(declaration) {
  const aside = [];
  const put = text => `\0${aside.push(text) - 1}\0`;
  const back = text => text.replace(/\0(\d+)\0/g, (_, i) => back(aside[i]));
  const rank = member => `${/^(null|undefined)$/.test(member)}${member}`;
  const unionSorted = text => {
    const [, before, union, after] = /^(\s*)(.*?)(\s*)$/.exec(text);
    const members = union.split(' | ').map(back);
    return before + members.sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).join(' | ') + after;
  };
  const sorted = text => {
    const parts = text.split(/([→,;:=?]| extends | is )/);
    return parts.map(unionSorted).join('');
  };
  const innermost = /([({[<])([^(){}[\]<>]*)([)}\]>])/g;
  let text = declaration.replace(/'[^']*'|"[^"]*"/g, put).replaceAll('=>', '→');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(innermost, (_, open, inner, close) => put(open + sorted(inner) + close));
  }
  return back(sorted(text)).replaceAll('→', '=>');
}

/** A declaration from where it begins to the semicolon or the closing brace that ends it. */
function declarationAt(text, from) {
  const block = /^export (?:declare )?(?:abstract )?(?:class|interface) /.test(text.slice(from, from + 60));
  for (let at = from, depth = 0; at < text.length; at++) {
    if ('({['.includes(text[at])) depth++;
    if (')}]'.includes(text[at]) && --depth === 0 && block) return text.slice(from, at + 1);
    if (text[at] === ';' && depth === 0) return text.slice(from, at);
  }
  return text.slice(from);
}

const outcome = `## Exit status and errors

Status 0: done. 1: the work failed, for a reason outside the input. 2: the input or the usage is wrong; every fault that is known is one line on standard error:
file, path in the file, rule, value found, way out.

With \`--json\`, a wrong input writes nothing to standard output and one JSON document to standard error, in a line of its own after any progress (\`--quiet\` leaves that out):

\`\`\`json
{ "schema": "posterohm/error/1", "faults": [
  { "file": "moons.yaml", "path": ["hardware", "array", "rows"], "rule": "must be at least 1", "value": 0 } ] }
\`\`\`

\`file\`, \`value\` and \`hint\` (the way out) are there where they are known; an option has its flag as its path (\`["--time"]\`).
`;

function commandHelp(program) {
  const parts = ['# Command line\n\nMade from the command line’s own help; `npm run generate` renews it.\n', outcome];
  const walk = (command, name) => {
    command.configureHelp({ helpWidth: 100 });
    let help = '';
    command.configureOutput({
      writeOut: text => {
        help += text;
      },
    });
    command.outputHelp();
    parts.push(`## ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`);
    for (const inner of command.commands) walk(inner, `${name} ${inner.name()}`);
  };
  walk(program, 'posterohm');
  return parts.join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const found = await stale();
  if (process.argv.includes('--write')) {
    for (const [path, content] of found) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
      process.stderr.write(`wrote ${path}\n`);
    }
  } else if (found.length > 0) {
    process.stderr.write(`stale: ${found.map(([path]) => path).join(', ')}; run npm run generate\n`);
    process.exit(1);
  }
}
