import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { EventToAppend, Position } from '../event-store.ts';
import { type ContractContext, event, events, follow, idsOf } from './subject.ts';

/** How the log of all streams is followed. */
export function subscribingContract(context: ContractContext): void {
  const append = (name: string, some: readonly EventToAppend[]) =>
    context.store.append(`${context.prefix}${name}`, some, { expected: 'any' });
  const own = () => ({ streamPrefix: context.prefix });

  describe('subscribe', () => {
    it('returns what is there, reports that it has caught up, and goes on live, each event once', async () => {
      const before = events(150);
      for (const [n, one] of before.entries()) if (n < 5) await append(`s${n % 3}`, [one]);
      await append('s0', before.slice(5));
      const follower = follow(context.store, own());
      await follower.caughtUp();
      const caughtUpAt = follower.steps.findIndex((step) => step.caughtUp);
      expect(follower.steps.slice(0, caughtUpAt).filter((step) => step.event)).toHaveLength(150);
      const live = events(20);
      for (const [n, one] of live.entries()) await append(`s${n % 3}`, [one]);
      expect(await follower.ids(170)).toEqual(idsOf([...before, ...live]));
      await sleep(30);
      expect(follower.events()).toHaveLength(170);
      await follower.stop();
    });

    it('begins on an empty log', async () => {
      const follower = follow(context.store, own());
      await follower.caughtUp();
      const first = event();
      await append('s', [first]);
      expect(await follower.ids(1)).toEqual([first.id]);
      await follower.stop();
    });

    it('follows a log without events of ours: what comes after the first steps, and after their positions', async () => {
      const follower = follow(context.store, own());
      await follower.caughtUp();
      await sleep(300);
      const after = follower.steps.at(-1)?.position;
      const [first, second] = events(2);
      await append('s', [first!]);
      expect(await follower.ids(1)).toEqual([first!.id]);
      const resumed = follow(context.store, { ...own(), after });
      expect(await resumed.ids(1)).toEqual([first!.id]);
      await append('s', [second!]);
      for (const one of [follower, resumed]) expect(await one.ids(2)).toEqual([first!.id, second!.id]);
      await Promise.all([follower.stop(), resumed.stop()]);
    });

    it('rejects a position that is not its own, or that is beyond the end of its log', async () => {
      const { position = '' } = await append('s', [event()]);
      const foreign = follow(context.store, { ...own(), after: 'elsewhere' });
      await expect(foreign.ended).rejects.toMatchObject({ name: 'InvalidPositionError' });
      // The log of a store whose older backup was restored ends before the positions that were returned since.
      const later = position.replaceAll(/^0{4}|(?<=\/)0{4}/g, '0009');
      const beyond = follow(context.store, { ...own(), after: later });
      await expect(beyond.ended).rejects.toMatchObject({ name: 'PositionBeyondEndError' });
    });

    it('returns events as they are read from their stream', async () => {
      const { position } = await append('s', events(3));
      const follower = follow(context.store, own());
      await follower.ids(3);
      const read = [];
      for await (const one of context.store.read(`${context.prefix}s`)) read.push(one);
      expect(follower.events()).toEqual(read);
      expect(follower.events().at(-1)?.position).toBe(position);
      await follower.stop();
    });

    it('keeps to the streams whose name starts with the prefix', async () => {
      const { position: after } = await append('before', [event()]);
      const named = async (name: string) => {
        const one = event();
        await append(name, [one]);
        return one.id;
      };
      const job = await named('job-1');
      await named('jo');
      await named('JOB-1');
      await named('x-job-1');
      const tenth = await named('job-10');
      const wild = await named('job_%');
      const follower = follow(context.store, { streamPrefix: `${context.prefix}job` });
      expect(await follower.ids(3)).toEqual([job, tenth, wild]);
      const literal = follow(context.store, { streamPrefix: `${context.prefix}job_` });
      expect(await literal.ids(1)).toEqual([wild]);
      const everything = follow(context.store, { after });
      const mine = () => everything.events().filter(({ stream }) => stream.startsWith(context.prefix));
      await expect.poll(() => mine().length, { timeout: 20_000 }).toBe(6);
      await Promise.all([follower.stop(), literal.stop(), everything.stop()]);
    });

    it('returns positions whose strings compare in the order of the log', async () => {
      for (let n = 0; n < 12; n++) await append(`s${n % 2}`, events(10));
      const follower = follow(context.store, own());
      await follower.ids(120);
      await follower.caughtUp();
      const ofEvents = follower.events().map(({ position }) => position);
      expect(new Set(ofEvents).size).toBe(120);
      expect(ofEvents).toEqual(ofEvents.toSorted());
      const ofSteps = follower.steps.map(({ position }) => position);
      expect(ofSteps).toEqual(ofSteps.toSorted());
      await follower.stop();
    });

    it('begins after any position that it or an append returned', async () => {
      const some = events(30);
      const positions: (Position | undefined)[] = [];
      for (const one of some) positions.push((await append('s', [one])).position);
      const whole = follow(context.store, own());
      await whole.ids(30);
      await whole.caughtUp();
      expect(whole.events().map(({ position }) => position)).toEqual(positions);
      const caughtUp = whole.steps.find((step) => step.caughtUp)?.position;
      await whole.stop();
      const other = await context.connect();
      for (const at of [0, 14, 28]) {
        const rest = follow(other, { ...own(), after: positions[at] });
        expect(await rest.ids(29 - at)).toEqual(idsOf(some.slice(at + 1)));
        await rest.stop();
      }
      const nothing = follow(other, { ...own(), after: caughtUp });
      await nothing.caughtUp();
      const late = event();
      await append('s', [late]);
      expect(await nothing.ids(1)).toEqual([late.id]);
      await nothing.stop();
      await other.close();
    });

    it('ends without an error when its signal aborts: while it works, while it waits, and before it began', async () => {
      await append('s', events(50));
      const controller = new AbortController();
      let seen = 0;
      for await (const _ of context.store.subscribe({ ...own(), signal: controller.signal }))
        if (++seen === 3) controller.abort();
      expect(seen).toBe(3);
      const waiting = follow(context.store, own());
      await waiting.caughtUp();
      await waiting.stop();
      const never = context.store.subscribe({ ...own(), signal: AbortSignal.abort() });
      for await (const _ of never) expect.unreachable('It was aborted before');
    });

    it('may be left by its caller', async () => {
      await append('s', events(5));
      const { signal } = new AbortController();
      for await (const _ of context.store.subscribe({ ...own(), signal })) break;
      await append('s', events(1));
    });

    it('waits for a slow caller, who misses nothing and delays nobody', async () => {
      const controller = new AbortController();
      const slow = context.store.subscribe({ ...own(), signal: controller.signal })[Symbol.asyncIterator]();
      const seen: string[] = [];
      // A log that other tests wrote to may have steps without an event.
      const take = async (count: number) => {
        while (seen.length < count) seen.push(...idsOf([(await slow.next()).value?.event ?? []].flat()));
      };
      const some = events(401);
      await append('s', some.slice(0, 1));
      await take(1);
      const fast = follow(context.store, own());
      for (let at = 1; at < some.length; at += 20) await append('s', some.slice(at, at + 20));
      await fast.ids(401);
      await take(401);
      expect(seen).toEqual(idsOf(some));
      controller.abort();
      expect((await slow.next()).done).toBe(true);
      await fast.stop();
    });

    it('shows all subscribers the same order while many write', async () => {
      const other = await context.connect();
      const followers = [follow(context.store, own()), follow(other, own()), follow(context.store, own())];
      const write = async (writer: number) => {
        for (let n = 0; n < 10; n++) await append(`s${(writer + n) % 5}`, events(2));
      };
      await Promise.all(Array.from({ length: 10 }, (_, writer) => write(writer)));
      const orders = await Promise.all(followers.map((follower) => follower.ids(200)));
      expect(new Set(orders[0]).size).toBe(200);
      for (const order of orders) expect(order).toEqual(orders[0]);
      await Promise.all(followers.map((follower) => follower.stop()));
      await other.close();
    });
  });
}
