/*
 * Sends raw API requests from inside the lab, for a client of any kind: node asker.mjs < questions
 *
 * Standard input is JSON: { socketPath } or { url, cert, key, token }, and requests [{ method, path, body }].
 * The answers come as JSON on standard output, in the same order.
 */
import { request as http } from 'node:http';
import { request as https } from 'node:https';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { socketPath, url, cert, key, token, requests } = JSON.parse(Buffer.concat(chunks).toString());

function ask({ method, path, body }) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve, reject) => {
    const done = (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(parts).toString()) }));
    };
    // Whose certificate the server has is not the question here.
    const outgoing =
      socketPath === undefined
        ? https(new URL(path, url), { method, headers, cert, key, rejectUnauthorized: false, agent: false }, done)
        : http({ socketPath, method, path, headers: { Host: 'incus', ...headers }, agent: false }, done);
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

const answers = [];
for (const one of requests) answers.push(await ask(one));
process.stdout.write(JSON.stringify(answers));
