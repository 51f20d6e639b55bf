import { useEffect, useRef } from 'react';

/** An input as people know it: an image where it has a height and a width, else its numbers as a line, a few as a table. */
export function InputPicture({
  values,
  shape,
  names,
}: {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  readonly names: readonly string[];
}) {
  const picture = shape.length >= 2;
  if (picture) return <Image values={values} shape={shape} />;
  if (values.length <= 12) {
    return (
      <dl className="facts">
        {names.map((name, i) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{Number(values[i]!.toPrecision(4))}</dd>
          </div>
        ))}
      </dl>
    );
  }
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const line = Array.from(values, (v, i) => `${i} ${(100 * (1 - (v - low) / (high - low || 1))).toFixed(1)}`).join('L');
  return (
    <svg
      className="wave"
      viewBox={`0 -2 ${values.length - 1} 104`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`The ${values.length} numbers of the input as a line`}
    >
      <path d={`M${line}`} />
    </svg>
  );
}

/** Shapes are [channels, height, width] or [height, width]; grey is the mean of the channels unless there are three. */
function Image({ values, shape }: { readonly values: Float32Array; readonly shape: readonly number[] }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [height, width] = shape.slice(-2) as [number, number];
  const channels = values.length / (height * width);
  useEffect(() => {
    const image = new ImageData(width, height);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    for (let i = 0; i < height * width; i++) {
      for (let c = 0; c < 3; c++) {
        const value = values[(channels === 3 ? c : 0) * height * width + i]!;
        image.data[4 * i + c] = (255 * (value - low)) / (high - low || 1);
      }
      image.data[4 * i + 3] = 255;
    }
    canvas.current!.getContext('2d')!.putImageData(image, 0, 0);
  }, [values, height, width, channels]);
  return (
    <canvas
      ref={canvas}
      className="image"
      width={width}
      height={height}
      role="img"
      aria-label={`The input as an image of ${width} × ${height}`}
    />
  );
}
