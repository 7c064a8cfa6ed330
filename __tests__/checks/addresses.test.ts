import { describe, expect, it } from '@jest/globals';
import { contains, familyOf, lastHost, overlap, parseRange, parseSubnet, rangeFits, rangesOverlap, type Range, type Subnet } from '../../lib/checks/addresses.js';

describe('addresses', () => {
  it.each([
    ['10.0.0.1', 4],
    ['fd42::1', 6],
    ['::ffff:10.0.0.1', 4],
    ['010.0.0.1', null],
    ['10.0.1', null],
    ['fe80::1%eth0', null],
    ['', null],
  ])('%j is of family %j, as the server reads it', (text, family) => {
    expect(familyOf(text)).toBe(family);
  });

  it.each(['', '10.0.0.1', '10.0.0.1/', '10.0.0.1/33', '10.0.0.1/24/24', 'fd42::1/129', '10.0.0.1/-1', 'x/8'])('%j is no subnet', (text) => {
    expect(parseSubnet(text)).toBeNull();
  });

  it.each([
    ['10.0.0.0/16', '10.0.7.0/24', true, true],
    ['10.0.0.0/24', '10.0.0.0/16', false, true],
    ['10.0.0.0/24', '10.0.1.0/24', false, false],
    ['10.0.0.0/8', 'fd42::/64', false, false],
    ['::/0', '10.0.0.0/8', false, false],
    ['fd42::/48', 'fd42:0:0:1::/64', true, true],
  ])('%s holds %s: %s; overlaps with it: %s', (outer, inner, holds, overlaps) => {
    expect(contains(subnet(outer), subnet(inner))).toBe(holds);
    expect(overlap(subnet(outer), subnet(inner))).toBe(overlaps);
    expect(overlap(subnet(inner), subnet(outer))).toBe(overlaps);
  });

  it.each([
    ['10.0.0.2-10.0.0.9', true],
    ['10.0.0.9-10.0.0.9', true],
    ['10.0.0.9-10.0.0.2', false],
    ['10.0.0.2-10.0.1.9', false],
    ['10.0.1.2-10.0.1.9', false],
    ['0.0.0.2-0.0.0.9', true],
  ])('%s fits into 10.0.0.0/24: %s', (text, fits) => {
    expect(rangeFits(range(text), subnet('10.0.0.0/24'))).toBe(fits);
  });

  it.each([
    ['10.0.0.2-10.0.0.9', '10.0.0.9-10.0.0.20', true],
    ['10.0.0.2-10.0.0.9', '10.0.0.4-10.0.0.5', true],
    ['10.0.0.2-10.0.0.9', '10.0.0.10-10.0.0.20', false],
    ['10.0.0.2-10.0.0.9', 'fd42::2-fd42::9', false],
  ])('%s and %s overlap: %s', (one, other, overlaps) => {
    expect(rangesOverlap(range(one), range(other))).toBe(overlaps);
    expect(rangesOverlap(range(other), range(one))).toBe(overlaps);
  });

  it.each(['10.0.0.2', '10.0.0.2-fd42::9', '-10.0.0.2', '10.0.0.2-'])('%j is no range', (text) => {
    expect(parseRange(text)).toBeNull();
  });

  it.each([
    ['10.0.0.1/24', '10.0.0.254'],
    ['10.0.0.1/30', '10.0.0.2'],
    ['10.0.0.1/31', null],
    ['fd42::1/64', null],
  ])('the last host of %s is %s', (text, last) => {
    expect(lastHost(subnet(text))).toBe(last);
  });
});

function subnet(text: string): Subnet {
  const parsed = parseSubnet(text);
  if (!parsed) throw new Error(`${text} is no subnet`);
  return parsed;
}

function range(text: string): Range {
  const parsed = parseRange(text);
  if (!parsed) throw new Error(`${text} is no range`);
  return parsed;
}
