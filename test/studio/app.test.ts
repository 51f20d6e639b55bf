import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Fault, InputError, type Pool } from '../../src/base/index.ts';
import { Activities } from '../../src/studio/activities.ts';
import { appOf } from '../../src/studio/app.ts';
import { FolderWorkspace } from '../../src/studio/folder-workspace.ts';
import served from '../../src/studio/handlers.ts';
import { unpack } from '../../src/studio/wire.ts';

const folder = mkdtempSync(join(tmpdir(), 'studio-app-'));
const page = mkdtempSync(join(tmpdir(), 'studio-page-'));
mkdirSync(join(page, 'assets'));
writeFileSync(join(page, 'index.html'), '<!doctype html><title>studio</title>');
writeFileSync(join(page, 'assets/main-abc.js'), 'export {};');
writeFileSync(join(folder, 'page.html'), '<script>1</script>');
writeFileSync(
  join(folder, 'table.csv'),
  `a,b,label\n${Array.from({ length: 30 }, (_, i) => `${i},${i * i},${i % 2 ? 'yes' : 'no'}`).join('\n')}\n`,
);
const outside = mkdtempSync(join(tmpdir(), 'studio-outside-'));
writeFileSync(join(outside, 'secret.txt'), 'secret');
symlinkSync(join(outside, 'secret.txt'), join(folder, 'link.txt'));

/** Answers in this process, as child processes do. */
const pool: Pool = { run: (task, job) => served.handlers[task.kind]!(task.payload, job), close: async () => {} };
const token = 'k'.repeat(32);
const workspace = new FolderWorkspace(folder);
const app = appOf({
  workspace,
  admission: { token, hosts: ['127.0.0.1:8000', 'hub.example.org'] },
  pool,
  activities: new Activities(pool),
  page,
});

const request = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  app.request(path, { ...init, headers: { host: '127.0.0.1:8000', 'x-posterohm-token': token, ...init.headers } });
const asking = (
  body: string,
  headers: Record<string, string> = {},
): RequestInit & { headers: Record<string, string> } => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
});
const faultsOf = async (response: Response) => ((await response.json()) as { faults: { rule: string }[] }).faults;

describe('who is let in', () => {
  test.each([
    ['another host', { host: 'evil.example.org' }, 403],
    ['another port', { host: '127.0.0.1:9000' }, 403],
    ['another site', { origin: 'https://evil.example.org' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['the wrong key', { 'x-posterohm-token': 'j'.repeat(32) }, 401],
    ['a key cut short', { 'x-posterohm-token': token.slice(1) }, 401],
    ['its own page', { origin: 'http://127.0.0.1:8000' }, 200],
    [
      'a name that is allowed, on any port',
      { host: 'hub.example.org:444', origin: 'https://hub.example.org:444' },
      200,
    ],
  ])('%s', async (_what, headers, status) => {
    const response = await request('/api/ask/home.look', asking('{}', headers));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('nothing at all without a key, the page included', async () => {
    for (const path of ['/', '/assets/main-abc.js', '/files/page.html', '/api/events', '/api/ask/home.look']) {
      expect((await app.request(path, { headers: { host: '127.0.0.1:8000' } })).status).toBe(401);
    }
  });

  test('whoever opens the printed address gets a cookie for the folder of the page', async () => {
    const first = await app.request(`/?token=${token}`, { headers: { host: '127.0.0.1:8000' } });
    expect(first.status).toBe(200);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toMatch(/path=/i);
    const next = await app.request('/assets/main-abc.js', {
      headers: { host: '127.0.0.1:8000', cookie: cookie.split(';')[0]! },
    });
    expect(next.status).toBe(200);
  });

  test('a key in an address opens pages and changes nothing', async () => {
    const init = asking('{}');
    const response = await app.request(`/api/ask/home.look?token=${token}`, {
      ...init,
      headers: { ...init.headers, host: '127.0.0.1:8000' },
    });
    expect(response.status).toBe(401);
  });
});

describe('files', () => {
  test('of the workspace are served as pages of nowhere', async () => {
    const response = await request('/files/page.html');
    expect(await response.text()).toBe('<script>1</script>');
    expect(response.headers.get('content-security-policy')).toMatch(/^sandbox allow-scripts/);
    expect(response.headers.get('content-security-policy')).not.toContain('allow-same-origin');
  });

  test.each([
    ['/files/../secret', 404],
    ['/files/%2e%2e%2fsecret', 400],
    ['/files/..%2fsecret', 400],
    ['/files/%2fetc%2fpasswd', 400],
    ['/files/link.txt', 400],
    ['/files/nothing.html', 404],
    ['/assets/..%2findex.html', 404],
    ['/nothing', 404],
  ])('%s is %i', async (path, status) => {
    const response = await request(path);
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('root:');
  });
});

describe('questions', () => {
  test('are answered with numbers as they are', async () => {
    const response = await request('/api/ask/home.look', asking('{}'));
    const { templates, runs } = unpack(await response.arrayBuffer()) as {
      templates: { name: string }[];
      runs: unknown[];
    };
    expect(templates[0]!.name).toBe('moons');
    expect(runs).toEqual([]);
  });

  test.each([
    ['no JSON', '{', 'is no JSON'],
    ['an unknown field', '{"x":1}', "unknown field 'x'"],
    ['a list', '[]', 'must have fields'],
  ])('%s is refused', async (_what, body, rule) => {
    const response = await request('/api/ask/home.look', asking(body));
    expect(response.status).toBe(400);
    expect((await faultsOf(response))[0]!.rule).toContain(rule);
  });

  test('that fail tell files from the folder of the studio, whoever found them broken', async () => {
    const told = async (file: string) => {
      const failing: Pool = {
        run: async () => {
          throw new InputError({ file, path: [], rule: 'is broken' });
        },
        close: async () => {},
      };
      const given = { workspace, admission: { token, hosts: ['127.0.0.1:8000'] }, page };
      const own = new Activities(failing, workspace.folder);
      const work = own.start({ kind: 'run', title: '', about: '', payload: {} });
      const init = asking('{}', { host: '127.0.0.1:8000', 'x-posterohm-token': token });
      const answer = await appOf({ ...given, pool: failing, activities: own }).request(
        '/api/ask/experiment.schema',
        init,
      );
      const [fault] = (await faultsOf(answer)) as unknown as Fault[];
      expect(own.list().find(({ id }) => id === work.id)?.faults).toEqual([fault]);
      return fault!.file;
    };
    expect(await told(join(workspace.folder, 'runs', 'a', 'run.json'))).toBe('runs/a/run.json');
    expect(await told(workspace.folder)).toBe('.');
    expect(await told(`${workspace.folder}-beside/run.json`)).toBe(`${workspace.folder}-beside/run.json`);
    expect(await told('own.yaml')).toBe('own.yaml');
  });

  test('of unknown names are refused with the nearest', async () => {
    const response = await request('/api/ask/home.lok', asking('{}'));
    expect(response.status).toBe(400);
    expect(JSON.stringify(await faultsOf(response))).toContain('home.look');
  });

  test('that are not JSON by their type are refused, as forms of other sites send them', async () => {
    const response = await request('/api/ask/home.look', asking('{}', { 'content-type': 'text/plain' }));
    expect(response.status).toBe(415);
  });

  test('that are too large are refused', async () => {
    const response = await request('/api/ask/home.look', asking(`"${'x'.repeat(1 << 20)}"`));
    expect(response.status).toBe(413);
  });
});

describe('a table', () => {
  const put = (name: string, body: string) =>
    request(`/api/upload?name=${encodeURIComponent(name)}`, { method: 'PUT', body });

  test('that is dropped lands in the workspace and replaces nothing', async () => {
    const first = await put('my table.csv', 'a,b\n1,2\n');
    expect(await first.json()).toEqual({ file: 'my-table.csv' });
    const second = await put('my table.csv', 'a,b\n3,4\n');
    expect(await second.json()).toEqual({ file: 'my-table-2.csv' });
    expect(readFileSync(join(folder, 'my-table.csv'), 'utf8')).toBe('a,b\n1,2\n');
    const again = await put('my table.csv', 'a,b\n1,2\n');
    expect(await again.json()).toEqual({ file: 'my-table.csv' });
    expect(readdirSync(folder).filter(name => name.startsWith('my-table'))).toHaveLength(2);
  });

  test.each([
    ['../../x.csv', 200, 'x.csv'],
    ['x.exe', 400, 'is no table'],
    ['.bashrc', 400, 'is no table'],
    ['link.txt', 400, 'symbolic link'],
    ['empty.csv', 400, 'is empty'],
  ])('%s: %i', async (name, status, said) => {
    const response = await put(name, name === 'empty.csv' ? '' : 'a\n1\n');
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(said);
  });

  test('becomes an experiment that holds', async () => {
    const made = await request('/api/ask/home.table', asking('{"file":"table.csv"}'));
    const { experiment, target } = unpack(await made.arrayBuffer()) as { experiment: string; target: string };
    expect([experiment, target]).toEqual(['table.yaml', 'label']);
    const text = readFileSync(join(folder, experiment), 'utf8');
    const checked = await request('/api/ask/experiment.check', asking(JSON.stringify({ file: experiment, text })));
    expect(unpack(await checked.arrayBuffer())).toMatchObject({
      faults: [],
      about: { inputs: 2, outputs: ['no', 'yes'] },
    });
  });
});

describe('an experiment', () => {
  const text = 'data: { source: two-moons }\nnetwork: { layers: [dense 4, dense 2] }\nposterior: { method: map }\n';
  const ask = async (name: string, question: unknown) => {
    const response = await request(`/api/ask/${name}`, asking(JSON.stringify(question)));
    return response.ok ? unpack(await response.arrayBuffer()) : await faultsOf(response);
  };

  test('is saved unless it was changed elsewhere meanwhile', async () => {
    writeFileSync(join(folder, 'own.yaml'), text);
    const { changed } = (await ask('experiment.read', { file: 'own.yaml' })) as { changed: number };
    const saved = (await ask('experiment.save', { file: 'own.yaml', text: `${text}seed: 2\n`, changed })) as {
      changed: number;
    };
    expect(readFileSync(join(folder, 'own.yaml'), 'utf8')).toBe(`${text}seed: 2\n`);
    expect(await ask('experiment.save', { file: 'own.yaml', text, changed: saved.changed - 1 })).toMatchObject([
      { rule: 'was changed elsewhere since it was read' },
    ]);
    expect(await ask('experiment.save', { file: 'own.sh', text, changed: 0 })).toMatchObject([
      { rule: expect.stringContaining('must end in') },
    ]);
  });

  test('says what is wrong where it stands', async () => {
    const wrong = text.replace('dense 4', 'dense 0');
    expect(await ask('experiment.check', { file: 'own.yaml', text: wrong })).toMatchObject({
      faults: [{ path: ['network', 'layers', 0] }],
    });
    expect(await ask('experiment.check', { file: 'own.yaml', text: 'a: [' })).toMatchObject({
      faults: [{ file: 'own.yaml' }],
    });
  });
});

test('a broken run is named and hides no other', async () => {
  mkdirSync(join(folder, 'runs/broken'), { recursive: true });
  mkdirSync(join(folder, 'runs/begun'), { recursive: true });
  writeFileSync(join(folder, 'runs/broken/run.json'), '{');
  mkdirSync(join(folder, 'runs/other'), { recursive: true });
  writeFileSync(join(folder, 'runs/other/run.json'), '[]');
  const record = {
    schema: 'posterohm/run-directory/2',
    name: 'begun',
    seed: 0,
    versions: {},
    source: { file: 'a.yaml', folder, fromRun: '.', input: {} },
  };
  writeFileSync(join(folder, 'runs/begun/run.json'), JSON.stringify(record));
  mkdirSync(join(folder, 'runs/newer'), { recursive: true });
  writeFileSync(
    join(folder, 'runs/newer/run.json'),
    JSON.stringify({ ...record, schema: 'posterohm/run-directory/99' }),
  );
  const response = await request('/api/ask/run.list', asking('{}'));
  const runs = unpack(await response.arrayBuffer()) as { path: string; state: string; fault?: string }[];
  expect(Object.fromEntries(runs.map(({ path, state }) => [path, state]))).toEqual({
    'runs/broken': 'broken',
    'runs/other': 'broken',
    'runs/begun': 'begun',
    'runs/newer': 'broken',
  });
  const faultOf = (path: string) => runs.find(run => run.path === path)!.fault;
  expect(faultOf('runs/broken')).toBe('run.json: is damaged; delete it and run the experiment anew.');
  for (const run of ['runs/other', 'runs/newer']) {
    expect(faultOf(run)).toMatch(/^run\.json: is of another version of posterohm, or no record of a run; open it/);
  }
});
