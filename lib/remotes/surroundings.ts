import { CliError, causeText } from '../errors.js';

/** What remotes/ knows of the machine; World has it. */
export interface RemoteSurroundings {
  env: Env;
  files: FileReader;
  /** Effective user id. */
  uid: number;
  stdin: { isTTY: boolean };
  /** Asks for a password; only where standard input is a terminal. */
  password(question: string): Promise<string>;
}

export type Env = Readonly<Record<string, string | undefined>>;

export interface FileReader {
  /** Null where there is no such file. */
  read(path: string): Promise<string | null>;
  exists(path: string): Promise<boolean>;
  isWritable(path: string): Promise<boolean>;
}

/** A file's text, null where there is none. Fails with Go's words: `open <path>: permission denied`. */
export async function readFile(path: string, files: FileReader): Promise<string | null> {
  try {
    return await files.read(path);
  } catch (error) {
    const { cause, call } = /^E[A-Z]+: (?<cause>.*?), (?<call>[a-z]+)/.exec(causeText(error))?.groups ?? {};
    if (cause === undefined || call === undefined) throw error;

    throw new CliError(`${call} ${path}: ${cause === 'illegal operation on a directory' ? 'is a directory' : cause}`, { cause: error });
  }
}
