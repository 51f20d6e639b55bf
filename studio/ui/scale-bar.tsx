/** What colours mean: a bar from the least to the most, with their values. */
export function ScaleBar({
  table,
  least,
  most,
}: {
  /** Red, green and blue of 256 steps. */
  readonly table: Uint8Array;
  readonly least: string;
  readonly most: string;
}) {
  const stops = [0, 64, 128, 191, 255].map(i => `rgb(${table.slice(3 * i, 3 * i + 3).join(' ')})`);
  return (
    <p className="scale">
      <span>{least}</span>
      <span className="bar-of-colours" style={{ background: `linear-gradient(90deg, ${stops.join(', ')})` }} />
      <span>{most}</span>
    </p>
  );
}
