import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { healthSchema, providerListSchema, readinessSchema } from '../http.ts';
import { jsonResponse, operation } from './operation.ts';
import * as samples from './samples.ts';

const tags = ['Service'];
const timestamp = '2026-11-24T18:05:09.123Z';
const readiness = (eventStore: 'ok' | 'unavailable') => ({
  status: eventStore,
  timestamp,
  dependencies: { eventStore, bus: 'ok', objects: 'ok' },
});

export const servicePaths: ZodOpenApiPathsObject = {
  '/providers': {
    get: operation({
      operationId: 'listProviders',
      summary: 'The providers that run, and whether each of them reads now',
      tags,
      answers: { '200': jsonResponse('By name', providerListSchema, [samples.provider]) },
    }),
  },
  '/health': {
    get: operation({
      operationId: 'getHealth',
      summary: 'Whether the service lives',
      tags,
      answers: { '200': jsonResponse('It does', healthSchema, { status: 'ok', timestamp }) },
    }),
  },
  '/health/ready': {
    get: {
      ...operation({
        operationId: 'getReadiness',
        summary: 'Whether everything that the service needs answers',
        tags,
        answers: {},
      }),
      responses: {
        '200': jsonResponse('Everything does', readinessSchema, readiness('ok')),
        '503': jsonResponse('Something does not', readinessSchema, readiness('unavailable')),
      },
    },
  },
  '/health/serving': {
    get: {
      ...operation({
        operationId: 'getServing',
        summary: 'Whether this replica should be asked: it is no worse than its peers',
        tags,
        answers: {},
      }),
      responses: {
        '200': jsonResponse('It should, though something may be away', readinessSchema, readiness('ok')),
        '503': jsonResponse('Its rights lack something', readinessSchema, readiness('unavailable')),
      },
    },
  },
  '/openapi.json': {
    get: operation({
      operationId: 'getOpenApi',
      summary: 'This document',
      tags,
      answers: {
        '200': {
          description: 'OpenAPI 3.1',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
      },
    }),
  },
  '/docs': {
    get: operation({
      operationId: 'getDocs',
      summary: 'This document as a page to try things out',
      tags,
      answers: {
        '200': { description: 'A page', content: { 'text/html': { schema: { type: 'string' } } } },
      },
    }),
  },
};
