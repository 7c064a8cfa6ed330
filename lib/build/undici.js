/*
 * What stands in for `undici` in the bundle: the parts that lib/incus uses, put together as in undici's own index.js.
 * All of it is twice the size of everything else. An import that is missing here fails the build.
 */
import connect from 'undici/lib/api/api-connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import { fetch } from 'undici/lib/web/fetch/index.js';

Dispatcher.prototype.connect = connect;

export { Agent, Client, fetch };
