/** An error answer. The status of an inner error survives wrapping, as in internal/server/response/smart.go (6.0.4). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** A sync answer; with a location the server answers 201. */
export interface Answer {
  metadata: unknown;
  location?: string;
}

export const badRequest = (message: string) => new ApiError(400, message);
export const conflict = (message: string) => new ApiError(409, message);
export const notFound = (message: string) => new ApiError(404, message);
export const failure = (message: string) => new ApiError(500, message);

/** The same error with words in front. */
export function wrapped(prefix: string, error: unknown): ApiError {
  return new ApiError(error instanceof ApiError ? error.status : 500, `${prefix}: ${textOf(error)}`);
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Go's EmptySyncResponse: an empty object, not null. */
export const done: Answer = { metadata: {} };

/** The envelope of an answer (internal/server/response/response.go, 6.0.4). */
export function envelope(answer: Answer | ApiError): { status: number; body: Record<string, unknown> } {
  const blank = { status: '', status_code: 0, operation: '', error_code: 0, error: '', metadata: null };
  if (answer instanceof ApiError) {
    return {
      status: answer.status,
      body: { type: 'error', ...blank, error_code: answer.status, error: answer.message },
    };
  }
  return {
    status: answer.location == null ? 200 : 201,
    body: { type: 'sync', ...blank, status: 'Success', status_code: 200, metadata: answer.metadata },
  };
}

/** `/1.0/<path>/<name>?project=<project>`, escaped as by the server's URL type; `default` is left out. */
export function resourceUrl(kind: string, name: string, project = 'default'): string {
  const query = project === 'default' ? '' : `?project=${encodeURIComponent(project).replaceAll('%20', '+')}`;
  return `/1.0/${kind}/${encodeURIComponent(name)}${query}`;
}
