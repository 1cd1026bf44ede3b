import { listen } from '@inkstream/service-kit';
import { expect, it, onTestFinished } from 'vitest';
import { Api } from './api.ts';

it('says what the gateway answers that does not serve the name by which it is asked', async () => {
  const options = { host: '127.0.0.1', port: 0, allowedHosts: (name: string) => name === 'receipts.example' };
  const gateway = await listen((_request, response) => response.end(), options);
  onTestFinished(() => gateway.close(0));
  const api = new Api({ url: gateway.url, headers: {} });
  const form = () => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(100_000)]), 'canary.pdf');
    return form;
  };
  await expect(api.upload(form, 'key', AbortSignal.timeout(10_000))).rejects.toThrow(
    /^POST \/ocr-jobs\/upload: 421 .*ALLOWED_HOSTS/,
  );
});
