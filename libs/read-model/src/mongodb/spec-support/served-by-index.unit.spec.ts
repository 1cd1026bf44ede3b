import { describe, expect, it } from 'vitest';
import { JOB_INDEXES } from '../job-document.ts';
import { queryOf, whyNotPlanned, whyNotServed } from './served-by-index.ts';

const indexes = { jobs: Object.fromEntries(JOB_INDEXES.map(({ name, key }) => [name, key])) };
const find = (filter: object, sort: object, hint?: string) => ({ find: 'jobs_1', filter, sort, hint });
const why = (command: object) => {
  const query = queryOf(command);
  return query && whyNotServed(query, indexes);
};
const listed = { tenant: 'default', deleted: false };

describe('the check that a query is served by an index', () => {
  it('lets pass what an index finds and orders', () => {
    expect(why(find(listed, new Map([['by.name', -1]]), 'name'))).toBeNull();
    expect(why(find({ ...listed, 'by.name': { $gt: 'a' } }, { 'by.name': 1 }, 'name'))).toBeNull();
    expect(why(find({ ...listed, status: 'failed' }, { _id: -1 }, 'status_id'))).toBeNull();
    expect(why(find({ ...listed, search: { $regex: 'A' } }, { 'by.name': 1 }, 'name'))).toBeNull();
    expect(why(find({ grams: 1, ...listed, search: { $regex: 'A' } }, {}, 'grams'))).toBeNull();
    const pipeline = [{ $match: listed }, { $group: { _id: 1, n: { $sum: 1 } } }];
    expect(why({ aggregate: 'jobs_1', pipeline, hint: 'id' })).toBeNull();
    expect(queryOf({ insert: 'jobs_1' })).toBeNull();
    expect(queryOf({ find: 'generations' })).toBeNull();
  });

  it.each([
    ['no hint', find(listed, {}), /no index undefined/],
    ['an unknown index', find(listed, {}, 'size'), /no index size/],
    ['no condition on the first key', find({ deleted: false }, {}, 'id'), /first key/],
    ['a condition outside', find({ ...listed, status: 'failed' }, {}, 'name'), /does not hold status/],
    ['a sort outside', find(listed, { 'by.updatedAt': 1 }, 'name'), /not in the order/],
    ['a sort behind a gap', find(listed, { 'by.name': 1 }, 'status_name'), /not in the order/],
    ['a sort after a range', find({ tenant: { $ne: 'a' } }, { 'by.name': 1 }, 'name'), /not in the order/],
    ['an order within the other way', find(listed, { status: 1, _id: -1 }, 'status_id'), /another order/],
    ['a sort that goes on too far', find(listed, { 'by.name': 1, status: 1 }, 'name'), /another order/],
  ])('refuses %s', (_, command, reason) => {
    expect(why(command)).toMatch(reason);
  });

  it('reads explained plans, of finds and of aggregates, but not the rejected ones', () => {
    const fetch = (inputStage: object) => ({ stage: 'LIMIT', inputStage: { stage: 'FETCH', inputStage } });
    const plan = (winningPlan: object) => ({ queryPlanner: { winningPlan, rejectedPlans: [] } });
    expect(whyNotPlanned(plan(fetch({ stage: 'IXSCAN' })))).toBeNull();
    expect(whyNotPlanned(plan({ queryPlan: { stage: 'COUNT_SCAN' } }))).toBeNull();
    expect(whyNotPlanned({ stages: [{ $cursor: plan(fetch({ stage: 'IXSCAN' })) }] })).toBeNull();
    expect(whyNotPlanned(plan(fetch({ stage: 'COLLSCAN' })))).toMatch(/COLLSCAN/);
    expect(whyNotPlanned(plan({ stage: 'SORT', inputStage: { stage: 'IXSCAN' } }))).toMatch(/SORT/);
    expect(whyNotPlanned(plan({ stage: 'EOF' }))).toMatch(/no index/);
    const rejectedPlans = [{ stage: 'COLLSCAN' }];
    expect(whyNotPlanned({ queryPlanner: { winningPlan: { stage: 'IXSCAN' }, rejectedPlans } })).toBeNull();
  });
});
