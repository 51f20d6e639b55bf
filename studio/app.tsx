import { Suspense, useEffect, useRef } from 'react';
import { exploreKind } from '../src/studio/tasks.ts';
import { linkTo, useAddress } from './address.ts';
import { answers } from './answers.ts';
import { useActivities, useConnected, useNews } from './news.ts';
import { type Room, rooms } from './rooms/index.ts';
import { Boundary } from './ui/boundary.tsx';
import { Loading } from './ui/states.tsx';

/** The frame around every room: where one can go, and what is under way. */
export function App() {
  useNews();
  const { room: name, about } = useAddress();
  const connected = useConnected();
  const room = rooms.find(one => one.name === name);
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${room?.title ?? 'Nowhere'}${about && ` · ${about}`} · posterohm studio`;
    // Whoever cannot see the page hears that it is another one.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [room, about]);
  return (
    <div className="frame">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        To the room
      </button>
      <nav aria-label="Rooms">
        <p className="brand">
          <a href="#/">posterohm</a>
        </p>
        <ul>
          {rooms.filter(isOpen).map(one => (
            <li key={one.name}>
              <a href={linkTo(one.name)} title={one.about} aria-current={one === room ? 'page' : undefined}>
                {one.title}
              </a>
            </li>
          ))}
        </ul>
        <UnderWay />
      </nav>
      <main ref={main} id="main" tabIndex={-1}>
        {!connected && (
          <p className="notice" role="status">
            The studio does not answer. What is shown may be old; it goes on by itself when the studio is back.
          </p>
        )}
        <Boundary key={`${name} ${about}`}>
          <Suspense fallback={<Loading what="the room" />}>
            {!room ? (
              <Nowhere name={name} />
            ) : isOpen(room) ? (
              <room.view key={about} about={about} />
            ) : (
              <Closed room={room} />
            )}
          </Suspense>
        </Boundary>
      </main>
    </div>
  );
}

/** Whether whoever answers has what the room is about. */
const isOpen = ({ server }: Room): boolean => !(server && answers().alone);

function UnderWay() {
  const working = useActivities().filter(one => one.ended === undefined);
  if (working.length === 0) return null;
  return (
    <section className="underway" aria-label="Under way">
      {working.map(one => (
        <a key={one.id} href={linkTo(one.kind === exploreKind ? 'explore' : 'run', one.place ?? '', { work: one.id })}>
          {one.title}
          <progress
            aria-label={`${one.title}: ${one.parts.at(-1)?.name ?? 'waiting'}`}
            value={one.parts.at(-1)?.fraction ?? 0}
          />
          <small>{one.parts.at(-1)?.name ?? 'waits for its turn'}</small>
        </a>
      ))}
    </section>
  );
}

function Closed({ room: { title } }: { readonly room: Room }) {
  return (
    <>
      <h1>{title}</h1>
      <p>
        This page works without a server, and here one is needed: <code>posterohm studio</code> on a machine of your own
        opens this room too.
      </p>
    </>
  );
}

function Nowhere({ name }: { readonly name: string }) {
  return (
    <>
      <h1>There is no room “{name}”</h1>
      <p>
        Rooms are in the list; <a href="#/">home</a> is the first of them.
      </p>
    </>
  );
}
