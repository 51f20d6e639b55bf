import { colourOf, lighter } from '../../src/report/palette.ts';

interface Split {
  readonly total: number;
  readonly aleatoric: number;
  readonly epistemic: number;
}

/** Values of one input on one side, such as the chip. */
export interface Told extends Split {
  readonly name: string;
  readonly mean: ArrayLike<number>;
}

/** What software and chip say of an input: classes with their probabilities, and how the doubt is made up. */
export function OneInput({
  sides,
  classes,
  unit,
}: {
  readonly sides: readonly Told[];
  readonly classes: readonly string[];
  readonly unit: string;
}) {
  const most = Math.max(...sides.map(({ total }) => total), 1e-9);
  const percent = (share: number) => `${(100 * Math.max(0, Math.min(1, share))).toFixed(2)}%`;
  return (
    <table className="split">
      <thead>
        <tr>
          <td />
          {classes.map(name => (
            <th key={name} scope="col" className="number">
              {unit === 'nat' ? `P(${name})` : name}
            </th>
          ))}
          <th scope="col" className="number">
            aleatoric ({unit})
          </th>
          <th scope="col" className="number">
            epistemic ({unit})
          </th>
          <th scope="col">in parts</th>
        </tr>
      </thead>
      <tbody>
        {sides.map(({ name, mean, total, aleatoric, epistemic }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {classes.map((one, c) => (
              <td key={one} className="number">
                {mean[c]!.toFixed(3)}
              </td>
            ))}
            <td className="number">{aleatoric.toFixed(3)}</td>
            <td className="number">{epistemic.toFixed(3)}</td>
            <td>
              <span className="stack" aria-hidden>
                <span style={{ width: percent(aleatoric / most), background: colourOf(4) }} />
                <span
                  style={{
                    width: percent((unit === 'nat' ? epistemic : total - aleatoric) / most),
                    background: colourOf(3),
                  }}
                />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const bins = 24;

/** How often samples give which value: of two classes the probability of the second, else of each. */
export function SamplesHistogram({
  values,
  samples,
  outputs,
  names,
  probabilities,
}: {
  readonly values: Float32Array;
  readonly samples: number;
  readonly outputs: number;
  readonly names: readonly string[];
  readonly probabilities: boolean;
}) {
  const shown = probabilities && outputs === 2 ? [1] : names.map((_, c) => c);
  return (
    <ul className="histograms">
      {shown.slice(0, 12).map(c => {
        const own = Float32Array.from({ length: samples }, (_, s) => values[s * outputs + c]!);
        const [low, high] = probabilities ? [0, 1] : [Math.min(...own), Math.max(...own) + 1e-9];
        const counts = new Array<number>(bins).fill(0);
        for (const value of own) counts[Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))]!++;
        const most = Math.max(...counts);
        const label = probabilities ? `P(${names[c]})` : names[c]!;
        return (
          <li key={c}>
            <svg
              viewBox={`0 0 ${bins} 10`}
              preserveAspectRatio="none"
              role="img"
              aria-label={`${label} in ${samples} samples: from ${Math.min(...own).toFixed(3)} to ${Math.max(...own).toFixed(3)}`}
            >
              <path
                fill={lighter(colourOf(c), 0.15)}
                d={counts.map((count, i) => `M${i + 0.05} 10v${(-10 * count) / most}h.9V10z`).join('')}
              />
            </svg>
            <p className="axis">
              <span>{low.toPrecision(1)}</span>
              <span>
                {label}, {samples} {samples === 1 ? 'sample' : 'samples'}
              </span>
              <span>{Number(high.toPrecision(3))}</span>
            </p>
          </li>
        );
      })}
    </ul>
  );
}
