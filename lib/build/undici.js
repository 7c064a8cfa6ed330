/*
 * What stands in for `undici` in the bundle: the parts that lib/incus uses, as undici's own index.js puts them together.
 * The whole of it takes 40 ms to load. An import that is missing here fails the build.
 */
import request from 'undici/lib/api/api-request.js';
import buildConnector from 'undici/lib/core/connect.js';
import * as errors from 'undici/lib/core/errors.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';

Dispatcher.prototype.request = request;

export { Agent, Client, Dispatcher, Pool, buildConnector, errors };
