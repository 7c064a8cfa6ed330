import { describe, expect, it } from '@jest/globals';
import { createPrivateKey } from 'node:crypto';
import { openKey } from '../../lib/remotes/key.js';
import { pem } from './far-side.js';
import { machine } from './machine.js';

const key = createPrivateKey(pem('client.key'));
const traditional = key.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'open sesame' }).toString();
const pkcs8 = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' }).toString();

describe('a client key with a password', () => {
  it.each([
    ['as the native client reads it', traditional, 'DEK-Info'],
    ['in PKCS #8', pkcs8, 'BEGIN ENCRYPTED PRIVATE KEY'],
  ])('%s is opened with the one that is asked for', async (_, protectedKey, mark) => {
    const questions: string[] = [];
    const answer = (question: string) => {
      questions.push(question);
      return 'open sesame';
    };

    const opened = await openKey(protectedKey, '/home/ann/client.key', machine({ password: answer }));

    expect(protectedKey).toContain(mark);
    expect(questions).toEqual(['Password for /home/ann/client.key:']);
    expect(createPrivateKey(opened).equals(key)).toBe(true);
  });

  // The words of the native client 6.0.4.
  it.each([traditional, pkcs8])('stays closed with another: %#', async (protectedKey) => {
    await expect(openKey(protectedKey, '/client.key', machine({ password: () => 'abracadabra' }))).rejects.toMatchObject({
      message: 'x509: decryption password incorrect',
      exitCode: 1,
    });
  });

  it.each([traditional, pkcs8])('fails where nobody can be asked, and asks nobody: %#', async (protectedKey) => {
    await expect(openKey(protectedKey, '/client.key', machine({}))).rejects.toMatchObject({
      message: 'cannot use client key "/client.key": it is protected by a password, and there is no terminal to ask for it',
      exitCode: 1,
    });
  });

  it("in OpenSSH's format is refused with the way out", async () => {
    const ssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----\n';

    await expect(openKey(ssh, '/client.key', machine({ password: () => 'x' }))).rejects.toMatchObject({
      hint: expect.stringContaining('ssh-keygen -p -m PEM -f /client.key'),
    });
  });

  it('is not asked for where there is none', async () => {
    expect(await openKey(pem('client.key'), '/client.key', machine({}))).toBe(pem('client.key'));
  });
});
