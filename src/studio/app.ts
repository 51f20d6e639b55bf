import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { check, type Fault, InputError, jobOf, type Pool } from '../base/index.ts';
import { type Activities, faultsOfError } from './activities.ts';
import { eventStream } from './events.ts';
import type { FolderWorkspace } from './folder-workspace.ts';
import { type Admission, guard, withHeaders } from './guard.ts';
import { requestNamed } from './rooms/index.ts';
import { askKind } from './tasks.ts';
import { takeUpload } from './upload.ts';
import { pack } from './wire.ts';

export interface AppGiven {
  readonly workspace: FolderWorkspace;
  readonly admission: Admission;
  /** Answers questions that take computing. */
  readonly pool: Pool;
  readonly activities: Activities;
  /** Folder of the built page. */
  readonly page: string;
}

/** Bytes of a question at most. */
const mostAsked = 1 << 20;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.yaml': 'text/plain; charset=utf-8',
};

/** A report runs its script and saves files, but as a page of nowhere, which cannot ask the studio for anything. */
const alone = "sandbox allow-scripts allow-downloads allow-popups; frame-ancestors 'self'";

/**
 * What the studio answers: the page, `POST api/ask/NAME` to questions, `PUT api/upload`, `GET api/events`, and files of the workspace
 * below `files/`. All addresses are relative to where the page is.
 */
export function appOf(given: AppGiven): Hono {
  const { workspace, admission, page } = given;
  const app = new Hono();
  app.use(guard(admission));
  app.post('/api/ask/:name', async context => {
    const question = await questionOf(context);
    return new Response(pack(await answerTo(given, context.req.param('name'), question)), {
      headers: { 'content-type': 'application/octet-stream' },
    });
  });
  app.put('/api/upload', async context => {
    const name = context.req.query('name') ?? '';
    return context.json(await takeUpload(workspace, name, context.req.raw.body));
  });
  app.get('/api/events', context => eventStream(given, context.req.raw.signal));
  app.get('/files/*', async context => {
    const path = decodeURIComponent(context.req.path.slice('/files/'.length));
    return fileAnswer(await workspace.place(path), path, { 'content-security-policy': alone });
  });
  app.get('/', () => fileAnswer(join(page, 'index.html'), 'the page'));
  app.get('/assets/:file{[\\w.-]+}', context => {
    const file = context.req.param('file');
    return fileAnswer(join(page, 'assets', file), file, { 'cache-control': 'private, max-age=31536000, immutable' });
  });
  app.notFound(context => context.json(said([{ path: [], rule: 'there is nothing at this address' }]), 404));
  app.onError((error, context) => {
    const status = error instanceof HTTPException ? error.status : error instanceof InputError ? 400 : 500;
    const answer = context.json(said(faultsOfError(error, workspace.folder)), status);
    context.res = answer;
    withHeaders(context);
    return context.res;
  });
  return app;
}

const said = (faults: readonly Fault[]) => ({ schema: 'posterohm/error/1', faults });

async function questionOf({ req }: Context): Promise<unknown> {
  if (!/^application\/json\b/.test(req.header('content-type') ?? '')) {
    throw new HTTPException(415, { message: 'Questions are JSON.' });
  }
  let length = 0;
  const parts: Uint8Array[] = [];
  for await (const part of (req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > mostAsked) throw new HTTPException(413, { message: `A question has at most ${mostAsked} bytes.` });
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new InputError({ path: [], rule: 'is no JSON', hint: 'send a question as a JSON document' });
  }
}

async function answerTo({ pool, activities, workspace }: AppGiven, name: string, asked: unknown): Promise<unknown> {
  const request = requestNamed(name);
  const question = check(request.schema, asked);
  if (request.where === 'here') return request.answer(question, { workspace, activities });
  const payload = { folder: workspace.folder, name, question };
  return pool.run({ id: name, kind: askKind, payload }, jobOf());
}

async function fileAnswer(place: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  const found = await stat(place).catch(() => undefined);
  if (!found?.isFile()) throw new HTTPException(404, { message: `${path} is not there.` });
  const type = types[extname(place)] ?? 'application/octet-stream';
  const body =
    found.size < mostAsked
      ? await readFile(place)
      : (Readable.toWeb(createReadStream(place)) as unknown as ReadableStream<Uint8Array>);
  return new Response(body, { headers: { 'content-type': type, ...headers } });
}
