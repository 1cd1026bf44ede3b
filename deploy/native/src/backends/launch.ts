/** How to start a backend that is installed. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside the few variables that every backend gets. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The variables by which Inkstream's configuration finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether it serves. Rejects or answers false while it does not. */
  serves(signal: AbortSignal): Promise<boolean>;
}

/** What a launch is made from: where the backend is installed, the folder of its data, its port on 127.0.0.1. */
export interface LaunchOptions {
  readonly home: string;
  readonly folder: string;
  readonly port: number;
  /** The port that its clients are told to use, such as that of a proxy before it; Kafka alone tells one. */
  readonly advertisedPort: number;
}
