import type { Row } from './plot.js';

/** Peak memory in MiB. */
export interface Peaks {
  create: number;
  /** Over 5,000 networks. */
  doctor: number;
}

/** The tables of docs/performance.md: what is aimed at, then every comparison. */
export function figures(rows: readonly Row[], peaks: Peaks): string {
  const spread = ({ median, min, max }: Row['own']) => `${median.toFixed(0)} (${min.toFixed(0)} to ${max.toFixed(0)})`;
  const table = rows.map((row) => `| ${row.name} | ${row.who} | ${spread(row.own)} | ${row.base} | ${spread(row.baseline)} | ${row.ratio.toFixed(2)} | ${ofMinima(row).toFixed(2)} |`);
  return `
| aim | at most | bare environment | with NODE_EXTRA_CA_CERTS |
| --- | --- | --- | --- |
${aims(rows, peaks).join('\n')}

| what | who | ms | against | ms | ratio of medians | of minima |
| --- | --- | --- | --- | --- | --- | --- |
${table.join('\n')}

`;
}

function aims(rows: readonly Row[], peaks: Peaks): string[] {
  const ratio = (name: string, who = 'ours'): number | null => rows.find((row) => row.name === name && row.who === who)?.ratio ?? null;
  const [create, beside] = [ratio('create of a bridge'), ratio('create, 1000 networks')];
  const aim = (what: string, most: number, bare: number | null, withAuthorities: number | null = null): string =>
    `| ${what} | ${most} | ${reached(bare, most)} | ${reached(withAuthorities, most)} |`;
  return [
    aim('create of a bridge, of the native client', 1.25, create),
    aim('refusal, of `node -e 0`', 2, ratio('refusal'), ratio('refusal, NODE_EXTRA_CA_CERTS')),
    aim('refusal by the executable, of `node -e 0`', 1.5, ratio('refusal', 'executable'), ratio('refusal, NODE_EXTRA_CA_CERTS', 'executable')),
    aim('create beside 1,000 networks, of one beside none, beyond what the native client loses', 1.1, beside === null || create === null ? null : beside / create),
    aim('`incus list` through the function: no measurable difference', 1.05, ratio('incus list through the function')),
    aim('peak memory of a create, MiB', 80, peaks.create),
    aim('peak memory of doctor over 5,000 networks, MiB', 200, peaks.doctor),
  ];
}

function reached(figure: number | null, most: number): string {
  if (figure === null) return 'not measured';
  return `${Number.isInteger(figure) ? figure : figure.toFixed(2)}: ${figure <= most ? 'yes' : '**no**'}`;
}

const ofMinima = ({ own, baseline }: Row): number => own.min / baseline.min;
