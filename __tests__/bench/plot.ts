interface Spread {
  median: number;
  min: number;
  max: number;
}

/** One comparison; times in milliseconds. */
export interface Row {
  name: string;
  who: string;
  base: string;
  /** Of the medians. */
  ratio: number;
  own: Spread;
  baseline: Spread;
}

const HEIGHT = 26;
const LEFT = 350;
const WIDTH = 420;

/** Ratios as bars; the line is 1, as fast as what is compared with. */
export function plot(rows: readonly Row[]): string {
  const most = Math.max(2, ...rows.map(({ ratio }) => ratio)) * 1.1;
  const x = (ratio: number): string => (LEFT + (ratio / most) * WIDTH).toFixed(1);
  const bars = rows.map(({ name, who, base, ratio }, at) => {
    const top = 10 + at * HEIGHT;
    const title = `${name}${who === 'ours' ? '' : ` (${who})`} / ${base}`;
    return `<text x="${LEFT - 8}" y="${top + 15}" text-anchor="end">${title}</text><rect x="${LEFT}" y="${top + 3}" width="${((ratio / most) * WIDTH).toFixed(1)}" height="${HEIGHT - 8}" fill="#4a7fb5"/><text x="${Number(x(ratio)) + 6}" y="${top + 15}">${ratio.toFixed(2)}</text>`;
  });
  const bottom = 10 + rows.length * HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 60} ${bottom + 10}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${bars.join('\n')}
<line x1="${x(1)}" y1="6" x2="${x(1)}" y2="${bottom}" stroke="black" stroke-dasharray="4 3"/>
</svg>
`;
}
