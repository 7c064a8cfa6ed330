import { badRequest } from './answers.js';

/** A JSON request body, read as the server's structs would: absent is empty, a wrong type an error. */
export class Body {
  private constructor(private readonly fields: Record<string, unknown>) {}

  static parse(text: string): Body {
    if (text.trim() === '') throw badRequest('EOF');
    const value = parseJson(text);
    if (typeof value !== 'object' || value == null || Array.isArray(value)) throw badRequest('json: cannot unmarshal into Go value');
    return new Body(value as Record<string, unknown>);
  }

  has(field: string): boolean {
    return this.fields[field] != null;
  }

  /** Any field, as sent. */
  raw(field: string): unknown {
    return this.fields[field];
  }

  text(field: string): string {
    const value = this.fields[field] ?? '';
    if (typeof value !== 'string') throw wrongType(value, field);
    return value;
  }

  config(): Record<string, string> {
    const config = this.fields.config ?? {};
    if (typeof config !== 'object' || Array.isArray(config)) throw wrongType(config, 'config');
    return Object.fromEntries(
      Object.entries(config).map(([key, value]: [string, unknown]) => {
        if (typeof value !== 'string') throw wrongType(value, 'config');
        return [key, value];
      }),
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`invalid character '${text.trim()[0]}' looking for beginning of value`);
  }
}

function wrongType(value: unknown, field: string) {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return badRequest(`json: cannot unmarshal ${kind} into Go struct field .${field} of type string`);
}
