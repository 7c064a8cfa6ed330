import type { Fault, Passing } from './proxy.js';

/** The columns of docs/faults.md: what goes wrong, in one word and in a sentence. */
export const faultKinds = {
  delay: 'it comes late, but within `--wait`',
  'cut before': 'the connection ends before the server has heard of it',
  'cut after': 'the server has done it, and the connection ends before the answer',
  'cut within': 'the connection ends in the middle of the answer',
  '500 instead': 'an error of Incus comes back, and the server has not heard of it',
  '500 after': 'the server has done it, and an error of Incus comes back',
  junk: 'the server has done it, and what comes back is no answer of Incus: text, HTML, half a JSON document, JSON of another kind',
  odd: 'the server has done it, and the answer is one of Incus with other contents than the request calls for',
  'gone before': 'the server is gone before it has heard of it, and stays away',
  'gone after': 'the server has done it, and then is gone before it could answer, and stays away',
} as const;

export type FaultKind = keyof typeof faultKinds;
export const faultNames = Object.keys(faultKinds) as FaultKind[];

/** What `junk` stands for; each is tried. */
const junk: { text: string; type: string }[] = [
  { text: 'Hello, this is not JSON.\n', type: 'text/plain' },
  { text: '<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>\n', type: 'text/html' },
  { text: '{"type":"sync","status":"Success","status_code":200,"metada', type: 'application/json' },
  { text: '{"type":"greeting","hello":["world"]}\n', type: 'application/json' },
];

/** One way in which a fault of that kind can happen, at the `nth` request of that label. */
export interface FaultCase {
  fault: FaultKind;
  /** Tells the ways of `junk` apart. */
  variant: number;
}

export const faultCases: FaultCase[] = faultNames.flatMap((fault) => (fault === 'junk' ? junk : ['']).map((_, variant) => ({ fault, variant })));

/** Where a fault strikes. */
export interface Spot {
  label: string;
  nth: number;
}

/** A chooser for the proxy: the fault at that spot, and nothing elsewhere; a server that is gone stays away until `isOver`. */
export function chooser({ fault, variant }: FaultCase, spot: Spot, isOver: () => boolean = () => false): (passing: Passing) => Fault | null {
  let hasStruck = false;
  return ({ label, nth }) => {
    if (isOver()) return null;
    const strikes = !hasStruck && label === spot.label && nth === spot.nth;
    const isGone = hasStruck && (fault === 'gone before' || fault === 'gone after');
    hasStruck ||= strikes;
    if (isGone) return { kind: 'cut-before' };
    return strikes ? toFault(fault, variant) : null;
  };
}

function toFault(fault: FaultKind, variant: number): Fault {
  switch (fault) {
    case 'delay':
      return { kind: 'delay', milliseconds: 20 };
    case 'cut before':
    case 'gone before':
      return { kind: 'cut-before' };
    case 'cut after':
    case 'gone after':
      return { kind: 'cut-after' };
    case 'cut within':
      return { kind: 'cut-answer' };
    case '500 instead':
      return { kind: 'error-before' };
    case '500 after':
      return { kind: 'error-after' };
    case 'odd':
      return { kind: 'junk', type: 'application/json', text: '{"type":"sync","status":"Success","status_code":200,"metadata":42}\n' };
    case 'junk':
      return { kind: 'junk', ...(junk[variant] ?? { text: '', type: '' }) };
  }
}
