import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, fstatSync, lstatSync, readFileSync, readSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { errorCode } from './errors.js';
import type { LocalHost } from './facts/reading.js';
import { isLinuxBridge, listOvsdb, readOpenVSwitch } from './host/ovsdb.js';
import { describeProcess, isAlive } from './host/owner.js';
import { replaceFile } from './host/replace-file.js';
import type { ExchangeLog, IncusServer } from './incus/server.js';
import { incusServer } from './incus/server.js';
import type { RenewToken } from './incus/transport.js';
import { openTransport } from './incus/transport.js';
import type { Owner } from './journal/schema.js';
import type { JournalStore } from './journal/store.js';
import { journalStore } from './journal/store.js';
import type { Machine } from './leftovers/machine.js';
import { localMachine } from './leftovers/machine.js';
import type { Endpoint } from './remotes/endpoint.js';
import type { Spinner } from './ui/spinner.js';
import type { Choice, TextOptions } from './ui/prompts.js';
import { canDraw, hasColor, hasUnicode } from './ui/terminal.js';

/** A stream to write to. A reader that went away is not an error: the work goes on. */
export interface Output {
  isTTY: boolean;
  /** Width of the terminal; 80 where it is none. */
  columns: number;
  write(text: string): void;
}

/** Everything outside the program. Tests hand in their own. */
export interface World {
  /** `read` goes to the end of the input, or to the first chunk at which `most` bytes are reached. */
  stdin: { isTTY: boolean; read(most: number): Promise<Buffer> };
  stdout: Output;
  stderr: Output;
  /** Asks for yes or no; only where standard input is a terminal. */
  confirm(question: string): Promise<boolean>;
  env: Readonly<Record<string, string | undefined>>;
  uid: number;
  now(): Date;
  /** Lets that many milliseconds go by. */
  pause(milliseconds: number): Promise<void>;
  newId(): string;
  files: Files;
  /** Text of a file of our own package, named from its root: `docs/checks.md`. */
  packageFile(name: string): Promise<string>;
  connect(endpoint: Endpoint, onExchange?: (log: ExchangeLog) => void): IncusServer;
  /** A spinner on standard error, which is a terminal. */
  spinner(text: string): Promise<Spinner>;
  /** What this machine itself shows of Open vSwitch and OVN. */
  localHost: LocalHost;
  /** This machine itself, for what Incus left on it. */
  machine: Machine;
  journal: JournalStore;
  /** Identity of this process, for the journal. */
  self(): Promise<Owner>;
  isAlive(owner: Owner): Promise<boolean>;
  /** A question on the terminal with several answers; throws where the user leaves. */
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Asks for a password on the terminal, once; throws where the user leaves. */
  password(question: string): Promise<string>;
  /** A question on the terminal that is answered by typing; throws where the user leaves. */
  ask(question: string, options: TextOptions): Promise<string>;
  /** Calls back at every SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

export interface Files {
  /** Null where there is no such file. */
  read(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
  isWritable(path: string): Promise<boolean>;
  /** Puts `text` in the place of `before`, all or nothing; null: there was no such file. */
  replace(path: string, text: string, before: string | null): Promise<void>;
}

export function realWorld(): World {
  const { env } = process;
  const host = os.hostname();
  letGoOfLostTerminals();
  // Questions go to standard error: standard output is for results.
  const terminal = () => ({ stdin: standardInput(), stdout: process.stderr, hasUnicode: hasUnicode(env), hasColor: hasColor(env), onInterrupt: onSignals });
  const questions = () => (canDraw(env) ? import('./ui/prompts.js') : import('./ui/plain-prompts.js'));
  return {
    stdin: { isTTY: isatty(0), read: readStdin },
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    confirm: async (question) => (await questions()).confirm(question, terminal()),
    spinner: async (text) => (await import('./ui/spinner.js')).startSpinner(text, process.stderr, terminal()),
    env,
    uid: process.geteuid?.() ?? -1,
    now: () => new Date(),
    pause: (milliseconds) => sleep(milliseconds),
    newId: () => randomUUID(),
    files: realFiles,
    packageFile: (name) => readFile(new URL(`../${name}`, import.meta.url), 'utf8'),
    connect: ({ address }, onExchange) => incusServer(openTransport(address, userAgent, tokenRenewal(address)), onExchange),
    localHost: { ovsdb: listOvsdb, openVSwitch: readOpenVSwitch, isLinuxBridge },
    machine: localMachine(env.PATH),
    journal: journalStore(stateFolder(env)),
    self: () => describeProcess(process.pid, host),
    isAlive: (owner) => isAlive(owner, host),
    choose: async (question, choices) => (await questions()).choose(question, choices, terminal()),
    password: async (question) => (await questions()).password(question, terminal()),
    ask: async (question, options) => (await questions()).text(question, options, terminal()),
    onInterrupt(listener) {
      // Between the end of the work and that of the process a signal must not turn success into 130.
      for (const signal of signals) process.off(signal, ignore).on(signal, ignore);
      return onSignals(listener);
    },
  };
}

const userAgent = 'incus-safenet';

/** OIDC is for few remotes, and its library is not small. */
function tokenRenewal(address: Endpoint['address']): RenewToken | undefined {
  if (address.kind !== 'https' || address.tokenFile === undefined) return undefined;
  const login = { remote: address.remote, file: address.tokenFile };
  return async (challenge, refused) => {
    const [{ renewToken }, { fetchAs }] = await Promise.all([import('./oidc/renew.js'), import('./incus/fetch.js')]);
    return renewToken(login, challenge, refused, fetchAs(address));
  };
}

/** Without promises: these are a few small files at every start, and Node's promises of files are 2 ms to load. */
export const realFiles: Files = {
  async read(file) {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null;
      throw error;
    }
  },
  exists: async (file) => succeeds(() => lstatSync(file)),
  isWritable: async (file) => succeeds(() => accessSync(file, constants.W_OK)),
  replace: replaceFile,
};

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function onSignals(listener: () => void): () => void {
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}

function ignore(): void {}

/**
 * Node resets its terminals as it ends, and aborts where one has been closed meanwhile (ResetStdio, CHECK in
 * src/node.cc): then 134 would be the exit status of a create that was rolled back. It leaves alone what it finds closed.
 */
function letGoOfLostTerminals(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}

function succeeds(question: () => unknown): boolean {
  try {
    question();
    return true;
  } catch {
    return false;
  }
}

/** The state folder of docs/exit-codes.md and the XDG base directory specification. */
export function stateFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env.INCUS_SAFENET_STATE_DIR) return env.INCUS_SAFENET_STATE_DIR;
  return path.join(env.XDG_STATE_HOME || path.join(env.HOME || os.homedir(), '.local', 'state'), 'incus-safenet');
}

async function readStdin(most: number): Promise<Buffer> {
  if (isAtHand(fstatSync(0))) return readAtOnce(most);

  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of standardInput()) {
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    length += bytes.length;
    if (length >= most) break;
  }
  return Buffer.concat(chunks);
}

/** Opened when there is something to ask or to read. */
function standardInput(): NodeJS.ReadStream {
  return process.stdin.off('error', ignore).on('error', ignore);
}

/** A file, or /dev/null: nobody keeps us waiting there, and Node's stream over it takes 3 ms to make. */
function isAtHand(stdin: Stats): boolean {
  return stdin.isFile() || (stdin.isCharacterDevice() && stdin.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev);
}

function readAtOnce(most: number): Buffer {
  const chunks: Buffer[] = [];
  for (let length = 0; length < most; length += chunks.at(-1)?.length ?? 0) {
    const chunk = Buffer.alloc(65_536);
    const read = readSync(0, chunk);
    if (read === 0) break;
    chunks.push(chunk.subarray(0, read));
  }
  return Buffer.concat(chunks);
}

function output(stream: NodeJS.WriteStream): Output {
  // A closed pipe or terminal must not end the process between a request and its rollback.
  stream.on('error', () => undefined);
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns || 80,
    write: (text) => {
      stream.write(text);
    },
  };
}
