import { OutcomeUnknownError, ServerError, errorCode } from '../errors.js';

/*
 * What the failure to read a network means. The status alone does not tell: a hidden record whose driver
 * misses a socket answers 404, because the server derives the status from the innermost error
 * (response.SmartError, 6.0.4), and so does an interface that Open vSwitch is asked about in vain.
 */

/** There is nothing of that name: no record, and no interface that may be seen. */
export function isNetworkAbsent(error: unknown): boolean {
  return error instanceof ServerError && error.status === 404 && !isLoadFailure(error) && !isInterfaceWithoutOvs(error) && !error.message.startsWith('Cluster member');
}

/** doNetworkGet wraps the failure to load a record in these words, and nothing else (cmd/incusd/networks.go, 6.0.4 to 7.3). */
export function isLoadFailure(error: Error): boolean {
  return error instanceof ServerError && error.message.startsWith('Failed loading network');
}

/**
 * doNetworkGet asks Open vSwitch about an interface that is there and is of no kind it knows; where that
 * fails, the interface is all the same there (cmd/incusd/networks.go, 6.0.4).
 */
export function isInterfaceWithoutOvs(error: Error): boolean {
  return error instanceof ServerError && error.message.startsWith('Failed to connect to OVS');
}

/**
 * The certificate or the socket may not do this: `not authorized`, or `User does not have permission for project "x"`.
 * For a list 6.0.4 says so with 500 (driver_tls.go: GetPermissionChecker fails inside the handler).
 */
export function isForbidden(error: unknown): boolean {
  return error instanceof ServerError && (error.status === 403 || error.message.startsWith('User does not have permission'));
}

/** A request that was sent, and not answered in the time that it was given. */
export function hasTimedOut(error: unknown): boolean {
  return error instanceof OutcomeUnknownError && errorCode(error.cause) === 'SILENCE';
}
