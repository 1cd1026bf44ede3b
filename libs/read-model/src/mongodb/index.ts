import type { ReadModel } from '../read-model.ts';

export declare function openMongoReadModel(options: { url: string; log?: object }): Promise<ReadModel>;
