// Files that are made from the sources and committed: JSON Schemas, the list of public names, the command line's help.
// `--write` writes them; without it, says which are stale and exits with 1. Needs the compiled sources.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Contents of every generated file, by path. */
export async function generated() {
  const { buildProgram } = await import('../dist/cli/main.js');
  const { schemas } = await import('../dist/experiment/index.js');
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

function publicNames() {
  const folders = readdirSync(join(root, 'dist'), { withFileTypes: true })
    .filter(entry => entry.isDirectory() && entry.name !== 'cli')
    .map(entry => entry.name)
    .sort();
  return folders
    .map(folder => {
      const text = readFileSync(join(root, 'dist', folder, 'index.d.ts'), 'utf8');
      const names = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, type, list]) =>
        list
          .split(',')
          .map(name => name.trim())
          .filter(Boolean)
          .map(name => (type && !name.startsWith('type ') ? `type ${name}` : name)),
      );
      return `posterohm/${folder}\n${names
        .sort((a, b) => a.replace('type ', '').localeCompare(b.replace('type ', '')))
        .map(name => `  ${name}\n`)
        .join('')}`;
    })
    .join('\n');
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
