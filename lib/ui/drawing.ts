import type { Terminal } from './terminal.js';

/** What prompts draws with. */
const signs: Record<string, string> = { '❯': '>', '›': '>', '…': ':', '✔': '*', '✖': 'x', '↑': '^', '↓': 'v', '─': '-' };

/** The stream for prompts, which by itself knows neither NO_COLOR nor terminals without Unicode. */
export function drawingOn({ stdout, hasUnicode, hasColor }: Terminal): Terminal['stdout'] {
  const shown = (text: string): string => {
    // eslint-disable-next-line no-control-regex -- the escapes that colour
    const plain = hasColor ? text : text.replace(/\u001b\[[0-9;]*m/g, '');
    return hasUnicode ? plain : plain.replace(/\P{ASCII}/gu, (sign) => signs[sign] ?? sign);
  };
  return new Proxy(stdout, {
    get(target, name) {
      if (name === 'write') return (text: string) => target.write(shown(text));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
