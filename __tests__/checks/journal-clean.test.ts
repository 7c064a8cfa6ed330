import { describe, expect, it } from '@jest/globals';
import { journalClean } from '../../lib/checks/journal-clean.js';
import { facts, intent } from './builders.js';

describe('journal-clean', () => {
  it('passes when no transaction is open', () => {
    expect(journalClean.judge(intent(), facts()).status).toBe('pass');
  });

  it('fails when a transaction for the network was cut off, and names it', () => {
    const open = { id: 't1', startedAt: '2026-01-02T03:04:05Z', network: 'web', project: 'default' };

    const result = journalClean.judge(intent(), facts({ openTransactions: [open] }));

    expect(result).toMatchObject({ status: 'fail', fix: 'incus-safenet recover' });
    expect(result.detail).toContain('t1 of 2026-01-02T03:04:05Z');
  });
});
