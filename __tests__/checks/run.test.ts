import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { catalogue } from '../../lib/checks/catalogue.js';
import { checkNames } from '../../lib/checks/check.js';
import { ignoredChecks, runChecks } from '../../lib/checks/run.js';
import { CliError } from '../../lib/errors.js';
import { absent } from '../../lib/facts/facts.js';
import { closedCluster, closedProject, cluster, facts, intent, isWellFormed, ovn, ownNetworks, record } from './builders.js';

const accident = facts({
  ...cluster('node1', 'node2'),
  ...ownNetworks(),
  ovn: ovn({ ovs: ['node1', 'node2'].map((member) => ({ member, ovs: absent('no br-int') })) }),
});
const inTest = intent({ project: 'test', projectFrom: 'flag', config: { network: 'none' } });
const failing = (ignored: string[]) => runChecks(inTest, accident, ignored).filter(({ status }) => status === 'fail').map(({ name }) => name);

describe('the catalogue', () => {
  it('has every check once, in the order of the names, each under its own', () => {
    expect(catalogue.map(({ name }) => name)).toEqual([...checkNames]);
  });

  it('is described heading by heading', () => {
    const page = readFileSync(new URL('../../docs/checks.md', import.meta.url), 'utf8');

    expect(page.match(/^## `[a-z-]+`$/gm)).toEqual(checkNames.map((name) => `## \`${name}\``));
  });

  it.each([
    ['an empty server', intent(), facts()],
    ['the accident', inTest, accident],
    ['a server that shows nothing', inTest, facts({ ...closedCluster(), ...closedProject(), interfaces: null })],
    ['a name that is taken, and wrong config', intent({ config: { a: 'b', 'ipv4.address': 'x' } }), facts({ record: record({}) })],
  ])('owes a fix to everything but pass and not-applicable: %s', (_, said, learned) => {
    expect(runChecks(said, learned, []).filter((finding) => !isWellFormed(finding))).toEqual([]);
  });
});

describe('runChecks', () => {
  it('runs all, and finds nothing wrong with a plain bridge', () => {
    const findings = runChecks(intent(), facts(), []);

    expect(findings).toHaveLength(checkNames.length);
    expect(findings.filter(({ status }) => !['pass', 'not-applicable'].includes(status))).toEqual([]);
  });

  it('finds the accident', () => {
    expect(failing([])).toEqual(['type-default', 'ovn-available']);
  });

  it('turns the failure of an ignored check into a warning that keeps the reason', () => {
    const finding = runChecks(inTest, accident, ['type-default']).find(({ name }) => name === 'type-default');

    expect(finding).toMatchObject({ status: 'warn', detail: expect.stringMatching(/^no --type was given.* \(ignored by --ignore-check\)$/), fix: expect.any(String) });
  });

  it.each([
    [['all'], ['ovn-available']],
    [['ovn-available'], ['type-default']],
    [['all', 'ovn-available'], []],
  ])('with %j ignored, still fails: %j', (ignored, expected) => {
    expect(failing(ignored)).toEqual(expected);
  });

  it('leaves what an ignored check finds good as it is', () => {
    expect(runChecks(intent(), facts(), ['all', 'ovn-available'])).toEqual(runChecks(intent(), facts(), []));
  });
});

describe('ignoredChecks', () => {
  it.each(['ovs-available', 'ALL', ''])('refuses %j, which is no check, and lists those that are', (word) => {
    expect(() => ignoredChecks(['name-free', word])).toThrow(CliError);
    expect(() => ignoredChecks([word])).toThrow(expect.objectContaining({ exitCode: 1, hint: expect.stringContaining('journal-clean, and all') }));
  });

  it('takes names and all together', () => {
    expect(ignoredChecks(['all', 'ovn-available'])).toEqual(new Set(checkNames));
  });
});

describe('a project that does not exist', () => {
  it('is said once, and by no check that cannot tell without it', () => {
    const findings = runChecks(intent({ project: 'nope', projectFrom: 'flag' }), facts({ project: absent('not found'), effectiveProject: absent('not found') }), []);

    expect(findings.filter(({ status }) => status === 'unknown')).toEqual([]);
    expect(findings.find(({ name }) => name === 'project-exists')?.status).toBe('fail');
    expect(findings.find(({ name }) => name === 'name-valid')).toMatchObject({ status: 'not-applicable', detail: 'there is no project "nope" to tell (project-exists)' });
  });
});
