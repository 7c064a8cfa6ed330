import type { Row } from './plot.js';

/** Peak memory in MiB. */
export interface Peaks {
  create: number;
  /** Over 5,000 networks. */
  doctor: number;
}

/** The tables of docs/performance.md: every comparison, then what was aimed at. */
export function figures(rows: readonly Row[], peaks: Peaks): string {
  const spread = ({ median, min, max }: Row['own']) => `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
  const table = rows.map((row) => `| ${row.name} | ${row.who} | ${spread(row.own)} | ${row.base} | ${spread(row.baseline)} | ${row.ratio.toFixed(2)} | ${ofMinima(row).toFixed(2)} |`);
  return `
| what | who | ms | against | ms | ratio of medians | of minima |
| --- | --- | --- | --- | --- | --- | --- |
${table.join('\n')}

| aim | at most | reached | |
| --- | --- | --- | --- |
${aims(rows, peaks).join('\n')}

`;
}

function aims(rows: readonly Row[], peaks: Peaks): string[] {
  const ratio = (name: string, who = 'ours'): number => rows.find((row) => row.name === name && row.who === who)?.ratio ?? NaN;
  const beside = ratio('create, 1000 networks') / ratio('create of a bridge');
  const aim = (what: string, most: number, reached: number, unit = ''): string =>
    `| ${what} | ${most}${unit} | ${Number.isInteger(reached) ? reached : reached.toFixed(2)}${unit} | ${reached <= most ? 'yes' : '**no**'} |`;
  return [
    aim('create of a bridge, of the native client', 1.25, ratio('create of a bridge')),
    aim('refusal, of `node -e 0`', 2, ratio('refusal')),
    aim('refusal by the executable, of `node -e 0`', 1.5, ratio('refusal', 'executable')),
    aim('create beside 1,000 networks, of one beside none, beyond what the native client loses', 1.1, beside),
    aim('`incus list` through the function: no measurable difference', 1.05, ratio('incus list through the function')),
    aim('peak memory of a create', 80, peaks.create, ' MiB'),
    aim('peak memory of doctor over 5,000 networks', 200, peaks.doctor, ' MiB'),
  ];
}

const ofMinima = ({ own, baseline }: Row): number => own.min / baseline.min;
