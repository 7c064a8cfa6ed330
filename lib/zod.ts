import { config } from 'zod/mini';
import en from 'zod/v4/locales/en.js';

/* The only zod: the form in which a schema is data and functions, and not an object with fifty methods each. */

// A program that parses a dozen answers is over before functions made for its schemas would pay.
config({ ...en(), jitless: true });

export * from 'zod/mini';
