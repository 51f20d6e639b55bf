import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';

/** Who may ask a studio. */
export interface Admission {
  /** Secret of this start, in the address that is printed, afterwards in a cookie or the header `x-posterohm-token`. */
  readonly token: string;
  /** Hosts, with their ports, that requests may be addressed to and come from; of all ports where none is named. */
  readonly hosts: readonly string[];
}

/** What every answer says to browsers: nothing from elsewhere, nothing inside other pages, no guessing of types. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/**
 * Admits requests that are addressed to this server by one of its names, come from its own pages, and know the token. A page that is opened
 * with `?token=` keeps it in a cookie, which other sites cannot send and scripts cannot read.
 */
export function guard({ token, hosts }: Admission): MiddlewareHandler {
  // Studios on other ports of the same machine share the cookies of its name.
  const cookie = `posterohm-${token.slice(0, 8)}`;
  const known = (host: string | undefined): boolean =>
    host !== undefined && hosts.some(one => one === host || one === host.replace(/:\d+$/, ''));
  return async (context, next) => {
    const { req } = context;
    if (!known(req.header('host')))
      throw refused(403, 'This name is not one of the studio’s; give it with --allow-host.');
    const origin = req.header('origin');
    if (origin !== undefined && !known(hostOf(origin))) throw refused(403, 'Other sites may not ask the studio.');
    const shown = req.method === 'GET' ? req.query('token') : undefined;
    if (![shown, req.header('x-posterohm-token'), getCookie(context, cookie)].some(one => same(one, token))) {
      throw refused(401, 'Open the address that posterohm studio printed when it started: it holds the key.');
    }
    await next();
    // Without a path the cookie belongs to the folder of the page, wherever a proxy puts it.
    if (shown !== undefined) context.res.headers.append('set-cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict`);
    withHeaders(context);
  };
}

/** Sets the headers of every answer, unless the answer has its own. */
export function withHeaders(context: Context): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  }
}

const refused = (status: 401 | 403, message: string) => new HTTPException(status, { message });

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

function same(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
