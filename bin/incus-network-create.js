#!/usr/bin/env node
import { main } from '../dist/main.js';
import { realWorld } from '../dist/world.js';

process.exitCode = await main('incus-network-create', process.argv.slice(2), realWorld());
