import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { entryAt, type Mosaic, placeOf } from './mosaic.ts';
import { savePicture } from './save.ts';

/** What of the picture is seen: its middle, in cells, and pixels a cell. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

interface Given {
  readonly title: string;
  readonly mosaic: Mosaic;
  /** Red, green, blue and opacity of every cell, panel after panel. */
  readonly colours: Uint8ClampedArray<ArrayBuffer>;
  /** What is seen; all where absent. */
  readonly view: View | undefined;
  readonly see: (view: View | undefined) => void;
  readonly chosen: number | undefined;
  readonly choose: (entry: number) => void;
  readonly point: (entry: number | undefined) => void;
  /** What is said of the chosen cell. */
  readonly said: string;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const closer: Readonly<Record<string, number>> = { '+': 2, '=': 2, '-': 0.5 };

/** Most pixels a cell. */
const largest = 64;
/** Pixels between the picture and its frame, and above panels for their names. */
const margin = 22;
/** Milliseconds without a move after which the address says what is seen. */
const rest = 300;

/** Cells of arrays as colours: dragged, zoomed with the wheel, the buttons or + and −; the pointer or the arrow keys choose a cell. */
export function CellMap({ title, mosaic, colours, view, see, chosen, choose, point, said }: Given) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const panels = useMemo(() => picturesOf(mosaic, colours), [mosaic, colours]);
  const seen = useRef<View | undefined>(view);
  const drag = useRef<Drag>(undefined);
  const frame = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const draw = useRef(() => {});
  draw.current = () => {
    const place = canvas.current;
    if (place) paint(place, mosaic, panels, seen.current ?? wholeOf(place, mosaic), chosen);
  };
  const later = () => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => draw.current());
  };
  useEffect(() => {
    const sizes = new ResizeObserver(() => draw.current());
    sizes.observe(canvas.current!);
    return () => sizes.disconnect();
  }, []);
  useEffect(() => {
    seen.current = view;
    draw.current();
  }, [view]);
  useEffect(() => draw.current());
  const now = () => seen.current ?? wholeOf(canvas.current!, mosaic);
  const move = (to: View) => {
    const whole = wholeOf(canvas.current!, mosaic);
    const scale = Math.min(largest, to.scale);
    seen.current =
      scale <= whole.scale ? undefined : { x: within(to.x, 0, mosaic.width), y: within(to.y, 0, mosaic.height), scale };
    later();
    clearTimeout(timer.current);
    timer.current = setTimeout(() => see(seen.current), rest);
  };
  const zoom = (factor: number, x = now().x, y = now().y) => {
    const from = now();
    const scale = Math.min(largest, from.scale * factor);
    const kept = from.scale / scale;
    move({ x: x + (from.x - x) * kept, y: y + (from.y - y) * kept, scale });
  };
  /** The place in cells under a pointer. */
  const at = ({ clientX, clientY }: { readonly clientX: number; readonly clientY: number }) => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const { x, y, scale } = now();
    return [x + (clientX - left - width / 2) / scale, y + (clientY - top - height / 2) / scale] as const;
  };
  useEffect(() => {
    const place = canvas.current!;
    // React listens to wheels passively, which cannot keep the page from scrolling.
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== place.parentElement) return;
      event.preventDefault();
      zoom(2 ** (-event.deltaY / 240), ...at(event));
    };
    place.addEventListener('wheel', turn, { passive: false });
    return () => place.removeEventListener('wheel', turn);
  });
  const entry = (event: PointerEvent) => entryAt(mosaic, ...at(event));
  const press = (event: KeyboardEvent) => {
    const factor = closer[event.key];
    const step = steps[event.key];
    if (!factor && !step && event.key !== '0') return;
    event.preventDefault();
    if (event.key === '0') return move({ ...now(), scale: 0 });
    const place = chosen === undefined ? { x: 0, y: 0 } : placeOf(mosaic, chosen);
    if (factor) return chosen === undefined ? zoom(factor) : zoom(factor, place.x + 0.5, place.y + 0.5);
    const next = chosen === undefined ? entryAt(mosaic, 0, 0) : beside(mosaic, place, step!);
    if (next === undefined) return;
    choose(next);
    bringIn(placeOf(mosaic, next));
  };
  /** Moves what is seen so that a place is in it. */
  const bringIn = ({ x, y }: { readonly x: number; readonly y: number }) => {
    if (!seen.current) return;
    const { scale, ...middle } = seen.current;
    const { clientWidth, clientHeight } = canvas.current!;
    const [wide, high] = [clientWidth / scale / 2 - 1, clientHeight / scale / 2 - 1];
    move({ x: within(middle.x, x - wide, x + wide), y: within(middle.y, y - high, y + high), scale });
  };
  return (
    <div className="cells">
      {/* biome-ignore lint/a11y/useSemanticElements: no element means a picture whose points are chosen. */}
      <div
        role="group"
        aria-label={`${title}: arrow keys choose a cell, plus and minus zoom, 0 shows all. ${said}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys need a place.
        tabIndex={0}
        className={view ? 'cell-map near' : 'cell-map'}
        style={{ aspectRatio: `${mosaic.width} / ${mosaic.height}` }}
        onKeyDown={press}
      >
        <canvas
          ref={canvas}
          aria-hidden
          onPointerDown={event => {
            drag.current = { x: event.clientX, y: event.clientY, from: now(), moved: false };
            if (view || event.pointerType === 'mouse') event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={event => {
            const start = drag.current;
            if (!start) return point(entry(event));
            const [dx, dy] = [event.clientX - start.x, event.clientY - start.y];
            start.moved ||= Math.hypot(dx, dy) > 3;
            const { x, y, scale } = start.from;
            if (start.moved && seen.current) move({ x: x - dx / scale, y: y - dy / scale, scale });
          }}
          onPointerUp={event => {
            const found = drag.current?.moved ? undefined : entry(event);
            drag.current = undefined;
            if (found !== undefined) choose(found);
          }}
          onPointerCancel={() => {
            drag.current = undefined;
          }}
          onPointerLeave={() => point(undefined)}
          onDoubleClick={event => zoom(4, ...at(event))}
        />
      </div>
      <p className="save">
        <button type="button" aria-label="Closer" onClick={() => zoom(2)}>
          +
        </button>
        <button type="button" aria-label="Farther" onClick={() => zoom(0.5)}>
          −
        </button>
        <button type="button" disabled={!view} onClick={() => move({ ...now(), scale: 0 })}>
          All
        </button>
        <button
          type="button"
          aria-label={`Save as PNG: ${title}`}
          onClick={() => savePicture(title, pictureOf(mosaic, panels))}
        >
          PNG
        </button>
      </p>
    </div>
  );
}

interface Drag {
  readonly x: number;
  readonly y: number;
  readonly from: View;
  moved: boolean;
}

const within = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** The next entry in a direction, across the gap between panels; undefined at the edge of the picture. */
function beside(
  mosaic: Mosaic,
  { x, y }: { readonly x: number; readonly y: number },
  [dx, dy]: readonly [number, number],
): number | undefined {
  for (let n = 1; n <= Math.max(...mosaic.pitch); n++) {
    const found = entryAt(mosaic, x + n * dx, y + n * dy);
    if (found !== undefined) return found;
  }
  return undefined;
}

function wholeOf({ clientWidth, clientHeight }: HTMLCanvasElement, { width, height }: Mosaic): View {
  const scale = Math.min((clientWidth - 8) / width, (clientHeight - margin - 4) / height);
  return { x: width / 2, y: height / 2 - (margin / 2 - 2) / scale, scale: Math.max(scale, 1e-3) };
}

/** Each panel as a picture of a pixel a cell. */
const picturesOf = ({ panels }: Mosaic, colours: Uint8ClampedArray<ArrayBuffer>): readonly HTMLCanvasElement[] =>
  panels.map(({ rows, columns, from }) => {
    const picture = Object.assign(document.createElement('canvas'), { width: columns, height: rows });
    const own = colours.subarray(4 * from, 4 * (from + rows * columns));
    picture.getContext('2d')!.putImageData(new ImageData(own, columns, rows), 0, 0);
    return picture;
  });

/** All panels as one picture of a whole number of pixels a cell. */
function pictureOf({ panels, width, height }: Mosaic, pictures: readonly HTMLCanvasElement[]): HTMLCanvasElement {
  const scale = Math.max(1, Math.floor(1200 / Math.max(width, height)));
  const whole = Object.assign(document.createElement('canvas'), { width: scale * width, height: scale * height });
  const pen = whole.getContext('2d')!;
  pen.imageSmoothingEnabled = false;
  for (const [i, { x, y, rows, columns }] of panels.entries()) {
    pen.drawImage(pictures[i]!, scale * x, scale * y, scale * columns, scale * rows);
  }
  return whole;
}

function paint(
  canvas: HTMLCanvasElement,
  mosaic: Mosaic,
  pictures: readonly HTMLCanvasElement[],
  { x, y, scale }: View,
  chosen: number | undefined,
): void {
  const { clientWidth, clientHeight } = canvas;
  const fine = devicePixelRatio;
  const [width, height] = [Math.round(fine * clientWidth), Math.round(fine * clientHeight)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  const [left, top] = [clientWidth / 2 - x * scale, clientHeight / 2 - y * scale];
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  pen.clearRect(0, 0, clientWidth, clientHeight);
  pen.imageSmoothingEnabled = scale * fine < 1;
  pen.font = `12px ${style.fontFamily}`;
  for (const [i, panel] of mosaic.panels.entries()) {
    const [px, py] = [left + panel.x * scale, top + panel.y * scale];
    const [wide, high] = [panel.columns * scale, panel.rows * scale];
    if (px > clientWidth || py > clientHeight || px + wide < 0 || py + high < -margin) continue;
    pen.drawImage(pictures[i]!, px, py, wide, high);
    pen.strokeStyle = style.borderColor;
    pen.strokeRect(px - 0.5, py - 0.5, wide + 1, high + 1);
    if (wide < 60) continue;
    const [nx, ny] = [Math.max(4, px), Math.max(14, py - 5)];
    pen.fillStyle = style.backgroundColor;
    pen.fillRect(nx - 2, ny - 11, pen.measureText(nameOf(panel)).width + 4, 14);
    pen.fillStyle = style.color;
    pen.fillText(nameOf(panel), nx, ny);
  }
  if (chosen === undefined) return;
  const place = placeOf(mosaic, chosen);
  const size = Math.max(scale, 7);
  const [cx, cy] = [left + (place.x + 0.5) * scale, top + (place.y + 0.5) * scale];
  for (const [colour, width] of [
    ['white', 4],
    ['#1c2126', 2],
  ] as const) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(cx - size / 2 - 1, cy - size / 2 - 1, size + 2, size + 2);
  }
  pen.lineWidth = 1;
}

const nameOf = ({ array, row, column }: Mosaic['panels'][number]): string =>
  row + column > 0 ? `array ${array}, from row ${row}, column ${column}` : `array ${array}`;
