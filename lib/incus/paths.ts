/** A path of the API with every segment and query value encoded; empty and missing query values are left out. */
export function apiPath(segments: string[], query: Record<string, string | null | undefined> = {}): string {
  const path = segments.map((segment) => encodeURIComponent(segment)).join('/');
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value) parameters.set(key, value);
  }
  const search = parameters.toString();

  return `/${path}${search && `?${search}`}`;
}

export function networkPath(name: string, query: { project: string; target?: string | null }): string {
  return apiPath(['1.0', 'networks', name], query);
}

export function networksPath(query: { project?: string; target?: string | null; recursion?: '1'; 'all-projects'?: 'true' }): string {
  return apiPath(['1.0', 'networks'], query);
}

/** The name at the end of `/1.0/networks/<name>?project=…`. */
export function nameInUrl(url: string): string {
  const segment = url.split('?')[0]?.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a list of names is not percent-encoded (networksGet, 6.0.4)
  }
}
