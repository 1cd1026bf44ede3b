import { startProvider } from '@inkstream/provider-kit';
import { readConfig, runService } from '@inkstream/service-kit';
import { tesseract, tesseractConfig } from './provider.ts';

await runService(async () => startProvider(tesseract(readConfig(tesseractConfig, process.env)), process.env));
