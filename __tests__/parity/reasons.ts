/** What is compared between the native client and ours. */
export type Aspect = 'stdout' | 'status' | 'error' | 'networks';

/** Why a line may differ (each is a heading of docs/differences.md), and in what. Everything else must be the same. */
export const reasons = {
  'refused-before-sending': ['status', 'error'],
  'help-text': ['stdout'],
  'help-before-configuration': ['stdout', 'status', 'error'],
  'flags-before-configuration': ['error'],
  'version-flag': ['stdout', 'status', 'error', 'networks'],
  'explain-flag': ['stdout', 'status', 'error'],
  'own-flags': ['stdout', 'status', 'error', 'networks'],
  'value-from-stdin': ['stdout', 'status', 'error', 'networks'],
  'standard-input-limit': ['stdout', 'status', 'error', 'networks'],
  'yaml-corner-cases': ['stdout', 'status', 'error', 'networks'],
} as const satisfies Record<string, readonly Aspect[]>;

export type Reason = keyof typeof reasons;

/** Differences that no line of the table shows. */
export const elsewhere = ['configuration-not-written', 'keepalive', 'protected-client-keys', 'oidc-login', 'proxy-errors', 'alias-errors', 'unknown-commands', 'success-line-of-7', 'completion'];
