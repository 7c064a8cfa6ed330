import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CliError, causeText, errorCode } from '../errors.js';

/**
 * Puts `text` in the place of `before` (null: there was no file), all or nothing, with the file's mode and owner. A
 * link stays a link: the file behind it is replaced.
 * @throws CliError it cannot be written, or somebody else has changed it in the meantime
 */
export async function replaceFile(file: string, text: string, before: string | null): Promise<void> {
  try {
    await replace(before === null ? file : await realpath(file), text, before);
  } catch (error) {
    throw new CliError(`cannot change "${file}": ${causeText(error)}`, { cause: error });
  }
}

async function replace(file: string, text: string, before: string | null): Promise<void> {
  const folder = path.dirname(file);
  if (before === null) await mkdir(folder, { recursive: true, mode: 0o750 });
  // Without this, the rename would get around a file that is meant to be read only.
  else await access(file, constants.W_OK);

  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  try {
    await writeLike(file, temporary, text, before === null);
    if ((await content(file)) !== before) throw new CliError('somebody else has just changed it');
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  const entry = await open(folder, 'r');
  await entry.sync().finally(() => entry.close());
}

/** Writes the new file with the mode and the owner of the old one, and has it on the disk. */
async function writeLike(model: string, file: string, text: string, isNew: boolean): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    if (!isNew) {
      const [old, mine] = [await stat(model), await handle.stat()];
      if (old.uid !== mine.uid || old.gid !== mine.gid) await handle.chown(old.uid, old.gid);
      await handle.chmod(old.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function content(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
