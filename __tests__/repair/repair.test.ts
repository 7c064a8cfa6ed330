import { afterEach, describe, expect, it } from '@jest/globals';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxOptions, Shape } from '../../lib/sandbox/shape.js';
import { journalStore } from '../../lib/journal/store.js';
import { startSandboxStage } from '../doctor/sandbox-stage.js';

type Stage = Awaited<ReturnType<typeof startSandboxStage>>;

let stage: Stage;
afterEach(() => stage.target.stop());

async function begin(shape: Shape, options?: SandboxOptions): Promise<Stage> {
  stage = await startSandboxStage(shape, options);
  return stage;
}

/** A hidden record `zombie` in project `p` of a cluster without Open vSwitch. */
async function withZombie(): Promise<Stage> {
  await begin({ members: 2, ovs: 'none' });
  await stage.target.createProject('p', true);
  await stage.target.request('POST', '/1.0/networks?project=p', { name: 'zombie', config: { 'user.note': `it's; here` } });
  return stage;
}

const pending = (member = 'node1') => stage.target.request('POST', `/1.0/networks?target=${member}`, { name: 'web', type: 'bridge' });
const names = async (): Promise<unknown[]> => (await stage.target.select('SELECT name FROM networks ORDER BY id')).flat();
const folder = (): string => join(stage.target.env.INCUS_SAFENET_STATE_DIR ?? '', 'backups');
const repairZombie = ['repair', 'zombie', '--project', 'p'];

/** A terminal on which a person answers as planned. */
function terminal(answers: { confirm?: boolean; choose?: string; before?: () => Promise<unknown> }): Parameters<Stage['run']>[1] & { asked: string[] } {
  const asked: string[] = [];
  const ask = async (question: string): Promise<void> => {
    asked.push(question);
    await answers.before?.();
  };
  return {
    asked,
    world: {
      stdin: { isTTY: true, read: () => Promise.resolve(Buffer.alloc(0)) },
      ...(answers.confirm === undefined ? {} : { confirm: (question: string) => ask(question).then(() => answers.confirm === true) }),
      ...(answers.choose === undefined ? {} : { choose: <T extends string>(question: string) => ask(question).then(() => answers.choose as T) }),
    },
  };
}

describe('repair on a terminal', () => {
  it('shows the rows, asks, and removes after a yes', async () => {
    const { run } = await withZombie();
    const person = terminal({ confirm: true });

    const { status, stdout } = await run(repairZombie, person);

    expect(person.asked).toEqual(['Remove this record?']);
    expect(stdout).toMatch(/networks +id 1, name zombie, type ovn, state 0 \(Pending\)\n +networks_nodes +node1 Pending, node2 Pending\n/);
    expect(status).toBe(0);
    await expect(names()).resolves.toEqual([]);
  });

  it('removes nothing after a no', async () => {
    const { run } = await withZombie();

    await expect(run(repairZombie, terminal({ confirm: false }))).resolves.toMatchObject({ status: 1, stderr: 'Error: nothing was changed\n' });
    await expect(names()).resolves.toEqual(['zombie']);
    await expect(readdir(folder())).rejects.toThrow('ENOENT');
  });

  it.each([
    ['remove', 0, []],
    ['finish', 0, ['web']],
    ['nothing', 1, ['web']],
  ])('offers to finish a pending bridge, and does what is chosen: %s', async (choice, status, left) => {
    const { target, run } = await begin({ members: 2, ovs: 'none' });
    await pending();

    await expect(run(['repair', 'web'], terminal({ choose: choice }))).resolves.toMatchObject({ status });

    await expect(names()).resolves.toEqual(left);
    const states = await target.select('SELECT state FROM networks');
    expect(states).toEqual(choice === 'finish' ? [[1]] : choice === 'nothing' ? [[0]] : []);
  });

  it('removes nothing that changed while the question stood', async () => {
    const { run, target } = await begin({ members: 2, ovs: 'none' });
    await pending();
    const before = async (): Promise<void> => {
      await pending('node2');
      await target.request('POST', '/1.0/networks', { name: 'web' });
    };

    const { status, stdout } = await run(['repair', '--all'], terminal({ confirm: true, before }));

    expect(status).toBe(4);
    expect(stdout).toContain('Not removed: network "web" in project "default"\n  left alone: its row changed since it was looked at\n');
    await expect(target.select('SELECT name, state FROM networks')).resolves.toEqual([['web', 1]]);
  });

  it('removes no hidden record that came to be used while the question stood', async () => {
    const { run, target } = await withZombie();
    const before = (): Promise<void> => Promise.resolve(target.sandbox.execute(useInProfile));

    const { status, stdout } = await run(repairZombie, terminal({ confirm: true, before }));

    expect(status).toBe(4);
    expect(stdout).toContain('the row had changed, so it was not deleted');
    await expect(names()).resolves.toEqual(['zombie']);
  });
});

const useInProfile = `INSERT INTO profiles (id, name, description, project_id) SELECT 90, 'mine', '', id FROM projects WHERE name = 'p';
  INSERT INTO profiles_devices (id, profile_id, name, type) VALUES (90, 90, 'eth0', 1);
  INSERT INTO profiles_devices_config (profile_device_id, key, value) VALUES (90, 'network', 'zombie');`;

describe('repair', () => {
  it('keeps a backup that only its owner may read, and whose one command puts back every row', async () => {
    const { target, safenet, shell } = await withZombie();
    const before = await target.select('SELECT n.*, c.key, c.value FROM networks n LEFT JOIN networks_config c ON c.network_id = n.id');

    const { stdout } = await safenet([...repairZombie, '--yes']);

    const [file = ''] = await readdir(folder());
    const command = `incus admin sql global - < ${join(folder(), file)}`;
    expect(stdout).toContain(`To put back what was removed:\n  ${command}\n`);
    expect((await stat(join(folder(), file))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder(), file), 'utf8')).toMatch(/^INSERT INTO networks /);
    await shell(command);
    await expect(target.select('SELECT n.*, c.key, c.value FROM networks n LEFT JOIN networks_config c ON c.network_id = n.id')).resolves.toEqual(before);
  });

  it('removes nothing that it cannot back up', async () => {
    const { run, target } = await withZombie();
    const journal = { ...journalStore(target.env.INCUS_SAFENET_STATE_DIR ?? ''), backup: () => Promise.reject(new Error('disk full')) };

    const repaired = await run([...repairZombie, '--yes'], { world: { journal } });

    expect(repaired).toMatchObject({ status: 4, stdout: expect.stringContaining('no backup could be made, so nothing was removed: disk full') });
    await expect(names()).resolves.toEqual(['zombie']);
  });

  it('leaves a hidden record alone that a profile uses, and says which', async () => {
    const { target, safenet } = await withZombie();
    target.sandbox.execute(useInProfile);

    await expect(safenet([...repairZombie, '--yes'])).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining('it is in use by profile "mine"') });
    await expect(names()).resolves.toEqual(['zombie']);
  });

  it('ends with exit status 4 where --all leaves something, and removes the rest', async () => {
    const { target, safenet } = await withZombie();
    target.sandbox.execute(useInProfile);
    await pending();

    const { status, stdout } = await safenet(['repair', '--all', '--yes']);

    expect(status).toBe(4);
    expect(stdout).toContain('Left alone:\n  network "zombie" in project "p": it is in use by profile "mine"\n');
    await expect(names()).resolves.toEqual(['zombie']);
  });

  it('spares an interface of that name on a member without a definition, which DELETE would take', async () => {
    const { target, safenet } = await begin({ members: 2, ovs: 'none' });
    await pending();
    await target.addInterface('node2', 'web');

    const { status, stdout } = await safenet(['repair', 'web', '--yes']);

    expect(status).toBe(0);
    expect(stdout).toContain('interface "web" stays on node2: nothing shows that Incus made it');
    await expect(names()).resolves.toEqual([]);
    await expect(target.interfaces('node2')).resolves.toContain('web');
  });

  it('waits for a member that is down, and names it', async () => {
    const { target, safenet } = await begin({ members: 3, ovs: 'none' }, { offlineAfterMs: 0 });
    await pending();
    await target.stopMember('node3');

    await expect(safenet(['repair', 'web', '--yes'])).resolves.toMatchObject({ status: 1, stderr: expect.stringMatching(/node3 cannot be reached[\s\S]*bring node3 back/) });
    await expect(names()).resolves.toEqual(['web']);
  });

  it('stops after the record at hand when it is interrupted', async () => {
    const { run } = await withZombie();
    await pending();
    let interrupt = (): void => undefined;
    const person = terminal({ confirm: true, before: () => Promise.resolve(interrupt()) });

    const stopped = await run(['repair', '--all'], { ...person, interruptible: (play) => (interrupt = play) });

    expect(stopped).toMatchObject({ status: 130, stderr: 'Interrupted: 2 records not looked at any more.\n' });
    await expect(names()).resolves.toEqual(['zombie', 'web']);
  });

  it.each([
    [['repair'], 'which network?'],
    [['repair', 'web', '--all'], 'use one or the other'],
    [['repair', '--all', '--finish'], '--finish takes one network'],
    [['repair', 'zombie', '--project', 'p', '--finish'], 'cannot be finished, only removed (hidden-record)'],
  ])('refuses %j: %s', async (argv, why) => {
    const { safenet } = await withZombie();

    await expect(safenet(argv)).resolves.toMatchObject({ status: 1, stderr: expect.stringContaining(why) });
    await expect(names()).resolves.toEqual(['zombie']);
  });
});
