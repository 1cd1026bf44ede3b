#!/usr/bin/env node
// A Node that is too old has to understand this file, so that it can say so.
const OLDEST = 20;
const version = process.versions.node;
if (Number(version.split('.')[0]) < OLDEST) {
  console.error(
    `Inkstream needs Node ${OLDEST} or newer, and this is Node ${version}: see https://nodejs.org.`,
  );
  process.exit(1);
}
require('./launch.cjs');
