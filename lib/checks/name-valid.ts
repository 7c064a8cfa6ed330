import { isIncus7 } from '../facts/capabilities.js';
import { defineCheck, fail, pass, unknown } from './check.js';
import { knownType, typeIsForeign } from './situation.js';

export const nameValid = defineCheck('name-valid', (intent, facts) => {
  const name = intent.network;
  const type = knownType(intent, facts);
  const problem =
    generalProblem(name) ?? (type === 'bridge' ? interfaceProblem(name) : null) ?? (isIncus7(facts) ? apiProblem(name) : null);
  if (problem) return fail(`network name "${name}" ${problem}`, { fix: ruleFor(type === 'bridge') });
  if (type || typeIsForeign(intent, facts)) return pass(`"${name}" is a valid name`);

  return unknown(`cannot tell whether "${name}" is a valid name: the project, and so the type, cannot be read`, { fix: ruleFor(true) });
});

function ruleFor(bridge: boolean): string {
  return bridge
    ? 'choose 2 to 15 letters, digits, "-", "_" or "."'
    : 'choose letters, digits, "-", "_" or ".", at most 64';
}

/** Of every type and version: networksPost and common.ValidateName. */
function generalProblem(name: string): string | null {
  if (name === '') return 'is empty';
  if (name === 'none') return 'is reserved';

  const bad = ['/', '?', '&', '+', ':'].find((character) => name.includes(character));
  return bad ? `cannot contain "${bad}"` : null;
}

/** A bridge's name is the name of an interface (validate.IsInterfaceName); Go counts bytes. */
function interfaceProblem(name: string): string | null {
  const length = Buffer.byteLength(name);
  if (length < 2) return 'is too short for a bridge';
  if (name === '..') return 'is no name of an interface'; // the server finds out only after its rows are written
  if (length > 15) return `is too long for a bridge: ${length} characters`;

  return /^[-_a-zA-Z0-9.]+$/.test(name) ? null : 'has characters that an interface cannot have';
}

/** Since Incus 7 every API object's name (validate.IsAPIName). */
function apiProblem(name: string): string | null {
  if (Buffer.byteLength(name) > 64) return 'is longer than 64 characters';
  if (/\s/u.test(name)) return 'contains white space';

  const bad = ['$', '"', "'", '`', '*'].find((character) => name.includes(character));
  if (bad) return `cannot contain "${bad}"`;

  return /^[a-zA-Z0-9].*$/.test(name) && /[a-zA-Z0-9]$/.test(name) ? null : 'must start and end with a letter or a digit';
}
