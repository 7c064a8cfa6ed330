import { isIncus7 } from '../facts/capabilities.js';
import { checks } from '../words/checks.js';
import { defineCheck, fail, pass, unknown } from './check.js';
import { knownType, typeIsForeign } from './situation.js';

const says = checks['name-valid'];

export const nameValid = defineCheck('name-valid', (intent, facts) => {
  const name = intent.network;
  const type = knownType(intent, facts);
  const problem =
    generalProblem(name) ?? (type === 'bridge' ? interfaceProblem(name) : null) ?? (isIncus7(facts) ? apiProblem(name) : null);
  if (problem) return fail(says.wrong(name, problem), { fix: ruleFor(type === 'bridge') });
  if (type || typeIsForeign(intent, facts)) return pass(says.valid(name));

  return unknown(says.unreadable(name), { fix: ruleFor(true) });
});

function ruleFor(bridge: boolean): string {
  return bridge ? says.bridgeFix : says.otherFix;
}

/** Of every type and version: networksPost and common.ValidateName. */
function generalProblem(name: string): string | null {
  if (name === '') return says.isEmpty;
  if (name === 'none') return says.isReserved;

  const bad = ['/', '?', '&', '+', ':'].find((character) => name.includes(character));
  return bad ? says.hasCharacter(bad) : null;
}

/** A bridge's name is the name of an interface (validate.IsInterfaceName); Go counts bytes. */
function interfaceProblem(name: string): string | null {
  const length = Buffer.byteLength(name);
  if (length < 2) return says.tooShort;
  if (name === '..') return says.noInterface; // the server finds out only after its rows are written
  if (length > 15) return says.tooLong(length);

  return /^[-_a-zA-Z0-9.]+$/.test(name) ? null : says.notForInterface;
}

/** Since Incus 7 every API object's name (validate.IsAPIName). */
function apiProblem(name: string): string | null {
  if (Buffer.byteLength(name) > 64) return says.longerThan64;
  if (/\s/u.test(name)) return says.hasWhiteSpace;

  const bad = ['$', '"', "'", '`', '*'].find((character) => name.includes(character));
  if (bad) return says.hasCharacter(bad);

  return /^[a-zA-Z0-9].*$/.test(name) && /[a-zA-Z0-9]$/.test(name) ? null : says.badEnds;
}
