import { describe, expect, it } from '@jest/globals';
import { projectExists } from '../../lib/checks/project-exists.js';
import { absent } from '../../lib/facts/facts.js';
import { closedProject, facts, intent } from './builders.js';

describe('project-exists', () => {
  it('passes when the project can be read', () => {
    expect(projectExists.judge(intent(), facts()).status).toBe('pass');
  });

  it('fails for a project that is not there, and lists those that are', () => {
    const result = projectExists.judge(intent({ remote: 'lab', project: 'tset' }), facts({ project: absent('Project not found') }));

    expect(result).toMatchObject({ status: 'fail', fix: 'incus project list lab:' });
    expect(result.detail).toContain('"tset"');
  });

  it('is unknown when the project may not be read', () => {
    const result = projectExists.judge(intent({ project: 'test' }), facts(closedProject()));

    expect(result).toMatchObject({ status: 'unknown', fix: 'incus project list' });
    expect(result.detail).toContain('not authorized');
  });
});
