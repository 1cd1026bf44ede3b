import { describe, expect, it } from 'vitest';
import { requested, UID } from '../ocr-job/spec-support/given.ts';
import { at, ofExecution, ofJob } from '../spec-support/recorded.ts';
import type { ExecutionEvent } from './events.ts';
import {
  cancelled,
  completed,
  erased,
  failed,
  fault,
  handedOver,
  result,
  retryScheduled,
  started,
} from './spec-support/given.ts';
import { type ExecutionView, foldExecution, removeExecution, viewRequested } from './view.ts';

const request = ofJob(requested(1), 1);
if (request.type !== 'ExecutionRequested') throw new Error('It is a request');
const pending = viewRequested(request);
const after = (events: readonly ExecutionEvent[], from: ExecutionView = pending) =>
  events.reduce((view, event) => foldExecution(view, ofExecution(event, view.revision + 1)), from);

describe('the view of an execution', () => {
  it('begins with its request', () =>
    expect(pending).toEqual({
      jobId: 7,
      id: 1,
      uid: UID,
      tenant: 'default',
      revision: -1,
      fileId: 1,
      ocrProvider: 'mistral',
      status: 'pending',
      attempt: 0,
      result: null,
      error: null,
      createdAt: at(1),
      updatedAt: at(1),
      removed: false,
    }));

  it('shows how it ends', () => {
    expect(after([started()])).toMatchObject({
      status: 'running',
      attempt: 1,
      revision: 0,
      updatedAt: at(0),
    });
    expect(after([started(), completed()])).toMatchObject({ status: 'completed', result, error: null });
    expect(after([started(), failed()])).toMatchObject({ status: 'failed', result: null, error: fault });
    expect(after([started(), cancelled()])).toMatchObject({ status: 'cancelled', result: null });
  });

  it('shows the fault that a retry follows, until there is a result', () => {
    const retried = [started(), retryScheduled(), started(2)];
    expect(after(retried.slice(0, -1))).toMatchObject({ status: 'pending', attempt: 1, error: fault });
    expect(after(retried)).toMatchObject({ status: 'running', attempt: 2, error: fault });
    expect(after([...retried, completed(2)])).toMatchObject({ attempt: 2, error: null });
  });

  it('shows neither result nor fault once its file is deleted, and its status still', () => {
    const removed = removeExecution(after([started(), completed()]));
    expect(removed).toMatchObject({ removed: true, status: 'completed', result: null });
    expect(removeExecution(removed)).toBe(removed);
    for (const end of [completed(), failed(), cancelled()])
      expect(after([started(), end], removeExecution(pending))).toMatchObject({ result: null, error: null });
  });

  it('that a policy reads is of `auto`, and says who is asked now', () => {
    const escalation = { next: ['mistral'], fields: ['total'], confidence: 0.8 };
    const auto = viewRequested({ ...request, data: { ...request.data, provider: 'tesseract', escalation } });
    expect(auto).toMatchObject({ ocrProvider: 'auto', asked: 'tesseract' });
    const handed = after([started(), handedOver()], auto);
    expect(handed).toMatchObject({
      ...{ ocrProvider: 'auto', asked: 'mistral', status: 'pending', result: null, error: null },
    });
    expect(after([started(2), completed(2)], handed)).toMatchObject({ status: 'completed', result });
    expect(after([started(), handedOver(1, 0)], auto).error).toEqual(fault);
  });

  it('is the same of its last event alone, which is all that is left of the stream', () => {
    const removed = removeExecution(pending);
    const whole = [started(), completed(), erased('completed')];
    expect(foldExecution(removed, ofExecution(erased('completed'), 2))).toEqual(after(whole, removed));
    expect(removeExecution(after(whole))).toEqual(after(whole, removed));
    expect(foldExecution(removed, ofExecution(cancelled(), 1))).toEqual(
      after([started(), cancelled()], removed),
    );
    const handed = [started(), handedOver(), cancelled()];
    expect(foldExecution(removed, ofExecution(cancelled(), 2))).toEqual(after(handed, removed));
    expect(removeExecution(after(handed))).toEqual(after(handed, removed));
  });

  it('is changed by no event that comes after its end but for the revision', () => {
    const before = after([started(), completed()]);
    expect(after([failed(), started(2)], before)).toEqual({ ...before, revision: 3 });
  });
});
