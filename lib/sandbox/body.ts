import { badRequest } from './answers.js';

/** A JSON request body, read as the server's structs would: absent is empty, a wrong type an error. */
export class Body {
  private constructor(
    private readonly fields: Record<string, unknown>,
    private readonly type: string,
  ) {}

  /** `type` is the name of the server's struct, for its words about a wrong one. */
  static parse(text: string, type: string): Body {
    if (text.trim() === '') throw badRequest('EOF');
    const value = parseJson(text);
    if (typeof value !== 'object' || value == null || Array.isArray(value))
      throw badRequest(`json: cannot unmarshal ${kindOf(value)} into Go value of type api.${type}`);
    return new Body(value as Record<string, unknown>, type);
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
    if (typeof value !== 'string') throw this.wrongType(value, field);
    return value;
  }

  config(): Record<string, string> {
    const config = this.fields.config ?? {};
    if (typeof config !== 'object' || Array.isArray(config)) throw this.wrongType(config, 'config');
    return Object.fromEntries(
      Object.entries(config).map(([key, value]: [string, unknown]) => {
        if (typeof value !== 'string') throw this.wrongType(value, 'config');
        return [key, value];
      }),
    );
  }

  private wrongType(value: unknown, field: string) {
    return badRequest(
      `json: cannot unmarshal ${kindOf(value)} into Go struct field ${this.type}.${field} of type string`,
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

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
