import { describe, expect, it } from '@jest/globals';
import { ServerError, UnreachableError } from '../../lib/errors.js';
import { whyUntold } from '../../lib/facts/reading.js';

describe('a member that told nothing', () => {
  it.each([
    ['could not be reached by the member that was asked', new ServerError(500, 'Missing event connection with target cluster member')],
    ['did not answer in time', new UnreachableError('it did not answer in time')],
  ])('was silent where it %s', (_, error) => {
    expect(whyUntold(error)).toEqual({ kind: 'unreadable', reason: error.message, silent: true });
  });

  it('has answered where it said no', () => {
    expect(whyUntold(new ServerError(403, 'not authorized'))).toEqual({ kind: 'unreadable', reason: 'not authorized' });
  });
});
