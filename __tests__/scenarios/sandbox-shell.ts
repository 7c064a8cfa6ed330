import { execFileSync } from 'node:child_process';
import type { CliRun } from '../helpers/run-cli.js';
import type { Target } from '../helpers/target.js';

type Program = (program: 'incus-safenet' | 'incus-network-create', argv: string[]) => Promise<CliRun>;

/** Runs a command line as a shell beside the sandbox would: ours in this process, `incus` as the requests that it sends. */
export async function pasteInSandbox(line: string, target: Target, run: Program): Promise<{ status: number; output: string }> {
  let output = '';
  for (const part of line.split(' && ')) {
    const [program = '', ...words] = execFileSync('bash', ['-c', `printf '%s\\0' ${part}`], { encoding: 'utf8' }).split('\0').slice(0, -1);
    const { status, text } = program === 'incus' ? await incus(words, target) : await ours(program, words, run);
    output += text;
    if (status !== 0) return { status, output };
  }
  return { status: 0, output };
}

async function ours(program: string, words: string[], run: Program): Promise<{ status: number; text: string }> {
  if (program !== 'incus-safenet' && program !== 'incus-network-create') throw new Error(`no program ${program}`);
  const { status, stdout, stderr } = await run(program, words);
  return { status, text: stdout + stderr };
}

async function incus(words: string[], target: Target): Promise<{ status: number; text: string }> {
  const flags = new Map<string, string>();
  const rest: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word.startsWith('--')) flags.set(word.slice(2), words[++index] ?? '');
    else rest.push(word);
  }
  const [area = '', verb = '', name = '', ...more] = rest;
  const query = new URLSearchParams({ project: flags.get('project') ?? 'default', ...(flags.has('target') ? { target: flags.get('target') ?? '' } : {}) });
  const config = Object.fromEntries(more.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));

  const send = (): Promise<{ status: number; body: { error: string } }> => {
    switch (`${area} ${verb}`) {
      case 'network create':
        return target.request('POST', `/1.0/networks?${query.toString()}`, { name, config, description: '', type: flags.get('type') ?? '' });
      case 'network delete':
        return target.request('DELETE', `/1.0/networks/${name}?${query.toString()}`);
      case 'admin sql':
        return target.request('POST', '/internal/sql', { database: name, query: more[0] });
      default:
        throw new Error(`unknown: incus ${words.join(' ')}`);
    }
  };
  const { status, body } = await send();
  return { status: status < 400 ? 0 : 1, text: body.error };
}
