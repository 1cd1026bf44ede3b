export interface ReceivedEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Record<string, unknown>;
}

function parse(block: string): ReceivedEvent {
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id') ?? '',
    data: JSON.parse(fields.get('data') ?? 'null'),
  };
}

/** The events of an answer (HTML Living Standard, 9.2) as they come, until it ends. Comments are left out. */
export async function* eventsOf(response: Response): AsyncGenerator<ReceivedEvent> {
  if (!response.body) return;
  // Not piped through a decoder: a pipe rejects beside the loop if the request is aborted.
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body) {
    const blocks = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) if (!block.startsWith(':')) yield parse(block);
  }
}
