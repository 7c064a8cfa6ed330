const HIDDEN = '(hidden)';

/** Keys of Incus whose values are secrets (internal/server/metadata/configuration.json, 6.0.4 to 7.3), and what people call such keys. */
const SECRET = /passw|passphrase|secret|token|credential|private|client[._-]?key|api[._-]?key|acme\.provider\.environment/i;

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/** The value without the secrets in it, to be shown. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(PEM, HIDDEN);
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;

  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(key, inner)]));
}

/** The same for the text of an answer. One that is not JSON is not of Incus, so nothing is known of what is in it. */
export function answerWithoutSecrets(text: string): string {
  try {
    return JSON.stringify(withoutSecrets(JSON.parse(text)));
  } catch {
    return `${text.length} characters that are not JSON`;
  }
}

function shown(key: string, value: unknown): unknown {
  const isText = typeof value === 'string' || typeof value === 'number';
  if (SECRET.test(key) && isText && value !== '') return HIDDEN;
  return key === 'rows' && Array.isArray(value) ? value.map(row) : withoutSecrets(value);
}

/** In a row of the database the value comes after its key. */
function row(values: unknown): unknown {
  if (!Array.isArray(values)) return withoutSecrets(values);
  const at = values.findIndex((value) => typeof value === 'string' && SECRET.test(value));
  return values.map((value: unknown, index) => (at !== -1 && index > at ? HIDDEN : withoutSecrets(value)));
}
